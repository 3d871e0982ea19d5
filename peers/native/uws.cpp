// The echo server of uWebSockets: uws [--port 0] [--deflate]
#include "App.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

struct Nothing {};

int usage() {
    std::fprintf(stderr, "usage: uws [--port 0] [--deflate]\n");
    return 2;
}

}  // namespace

int main(int count, char **arguments) {
    int port = 0;
    bool deflate = false;
    for (int i = 1; i < count; i++) {
        std::string_view argument = arguments[i];
        if (argument == "--deflate") {
            deflate = true;
        } else if (argument == "--port" && i + 1 < count) {
            const char *text = arguments[++i];
            const char *end = text + std::strlen(text);
            auto parsed = std::from_chars(text, end, port);
            if (parsed.ec != std::errc() || parsed.ptr != end || port < 0 || port > 65535) {
                return usage();
            }
        } else {
            return usage();
        }
    }

    uWS::App::WebSocketBehavior<Nothing> behavior;
    behavior.compression = deflate
        ? uWS::CompressOptions(uWS::SHARED_COMPRESSOR | uWS::SHARED_DECOMPRESSOR)
        : uWS::CompressOptions(uWS::DISABLED);
    behavior.maxPayloadLength = 16 * 1024 * 1024;
    behavior.maxBackpressure = 100 * 1024 * 1024;  // past it messages are dropped, which is no echo
    behavior.message = [deflate](auto *socket, std::string_view message, uWS::OpCode opcode) {
        socket->send(message, opcode, deflate);
    };

    bool listening = false;
    uWS::App app;
    app.ws<Nothing>("/*", std::move(behavior));
    app.listen("127.0.0.1", port, [&listening](auto *listener) {
        if (listener != nullptr) {
            listening = true;
            int bound = us_socket_local_port(0, reinterpret_cast<us_socket_t *>(listener));
            std::printf("listening on ws://127.0.0.1:%d/\n", bound);
            std::fflush(stdout);
        }
    });
    if (!listening) {
        std::fprintf(stderr, "uws: cannot listen on 127.0.0.1:%d\n", port);
        return 1;
    }
    app.run();
    return 0;
}
