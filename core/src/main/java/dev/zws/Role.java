package dev.zws;

/** Which end of the connection this side is; it decides who masks (RFC 6455, 5.1). */
public enum Role {
    /** Takes masked frames only and masks none. */
    SERVER,
    /** Masks every frame with a fresh key and takes no masked one. */
    CLIENT
}
