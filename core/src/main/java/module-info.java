/** zws: a WebSocket library (RFC 6455, RFC 7692). Start reading at {@link dev.zws}. */
module dev.zws {
    requires static org.jspecify;

    exports dev.zws;
}
