package dev.zws;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values as a failure shows them: bytes as hex. */
final class Show {
    private Show() {}

    static String of(@Nullable Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }
}
