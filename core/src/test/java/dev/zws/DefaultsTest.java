package dev.zws;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every default value of the public configuration, literally: to change one is a decision, and is changed here too. */
class DefaultsTest {
    private static final long SECOND = 1_000_000_000L;

    /** Records with constants that configure nothing. */
    private static final Set<Class<?>> VALUES = Set.of(CloseStatus.class, Headers.class);

    /** By component, in order. */
    private static Map<String, Object> values(Record record) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                values.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.toString(), e);
            }
        }
        return values;
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    /** Each record that has defaults, by the name of the constant or the call that gives them. */
    private static Map<String, Record> given() {
        return Map.of(
                "Conn.Config.DEFAULT", Conn.Config.DEFAULT,
                "Limits.DEFAULT", Limits.DEFAULT,
                "Deadlines.DEFAULT", Deadlines.DEFAULT,
                "Deadlines.NONE", Deadlines.NONE,
                "TimeoutConfig.NONE", TimeoutConfig.NONE,
                "Handshake.Options.DEFAULT", Handshake.Options.DEFAULT,
                "ClientHandshake.Request.of", ClientHandshake.Request.of("example.com", "/"),
                "PerMessageDeflateConfig.DEFAULT", PerMessageDeflateConfig.DEFAULT,
                "Handler.Options.DEFAULT", Handler.Options.DEFAULT,
                "Handler.AsyncOptions.DEFAULT", Handler.AsyncOptions.DEFAULT);
    }

    private static Map<String, Map<String, Object>> literal() {
        Map<String, Map<String, Object>> literal = new LinkedHashMap<>();
        literal.put(
                "Conn.Config.DEFAULT",
                map(
                        "limits",
                        Limits.DEFAULT,
                        "timeouts",
                        TimeoutConfig.NONE,
                        "deadlines",
                        Deadlines.DEFAULT,
                        "autoPong",
                        true,
                        "autoReplyClose",
                        true,
                        "validateUtf8",
                        true));
        literal.put(
                "Limits.DEFAULT",
                map(
                        "maxFramePayload", 16_777_216L,
                        "maxMessagePayload", 1_048_576,
                        "maxStreamedPayload", 1_073_741_824L,
                        "maxFragments", 65_536,
                        "maxControlFramesPerSecond", 1_000,
                        "oversize", Limits.Oversize.FAIL,
                        "drainBudget", 16_777_216L,
                        "outputHighWater", 65_536,
                        "maxPendingOutput", 16_777_216));
        literal.put(
                "Deadlines.DEFAULT",
                map(
                        "messageNanos", 60 * SECOND,
                        "idleNanos", 300 * SECOND,
                        "pingNanos", 30 * SECOND,
                        "pongNanos", 20 * SECOND,
                        "writeNanos", 30 * SECOND,
                        "closeNanos", 2 * SECOND));
        literal.put(
                "Deadlines.NONE",
                map(
                        "messageNanos", 0L,
                        "idleNanos", 0L,
                        "pingNanos", 0L,
                        "pongNanos", 0L,
                        "writeNanos", 0L,
                        "closeNanos", 2 * SECOND));
        literal.put("TimeoutConfig.NONE", map("readNanos", 0L, "writeNanos", 0L, "flushNanos", 0L));
        literal.put(
                "Handshake.Options.DEFAULT",
                map(
                        "subprotocols",
                        List.of(),
                        "deflate",
                        null,
                        "originPolicy",
                        OriginPolicy.SAME_ORIGIN,
                        "headers",
                        Headers.NONE,
                        "maxHeadBytes",
                        16_384,
                        "maxLineBytes",
                        8_192,
                        "maxHeaderLines",
                        100,
                        "timeoutNanos",
                        10 * SECOND));
        literal.put(
                "ClientHandshake.Request.of",
                map(
                        "host",
                        "example.com",
                        "target",
                        "/",
                        "subprotocols",
                        List.of(),
                        "deflate",
                        null,
                        "headers",
                        Headers.NONE,
                        "maxHeadBytes",
                        16_384,
                        "maxLineBytes",
                        8_192,
                        "maxHeaderLines",
                        100,
                        "maxRefusalBody",
                        65_536,
                        "timeoutNanos",
                        10 * SECOND));
        literal.put(
                "PerMessageDeflateConfig.DEFAULT",
                map(
                        "compressOutgoing", false,
                        "takeover", Takeover.NONE,
                        "outgoingWindowBits", 15,
                        "incomingWindowBits", 15,
                        "minPayloadLength", 64,
                        "requireCompressionGain", true,
                        "level", 1,
                        "maxRatio", 256,
                        "pool", DeflatePool.shared()));
        literal.put("Handler.Options.DEFAULT", map("closeOnHandlerError", true, "stageLength", 0, "autoFlush", true));
        literal.put(
                "Handler.AsyncOptions.DEFAULT",
                map(
                        "maxInFlight",
                        4,
                        "ordered",
                        false,
                        "closeOnHandlerError",
                        true,
                        "stageLength",
                        0,
                        "endNanos",
                        10 * SECOND));
        return literal;
    }

    @Test
    void everyDefaultIsWhatItIs() {
        Map<String, Map<String, Object>> actual =
                given().entrySet().stream().collect(toMap(Map.Entry::getKey, entry -> values(entry.getValue())));
        assertThat(actual).isEqualTo(literal());
    }

    @Test
    void numbersBesideThemAreWhatTheyAre() {
        assertThat(ByteReader.DEFAULT_CEILING).isEqualTo(65_536);
        assertThat(ByteReader.MIN_CEILING).isEqualTo(256);
        assertThat(DeflatePool.MAX_COMPRESSORS).isEqualTo(1_024);
        assertThat(DeflatePool.MAX_DECOMPRESSORS).isEqualTo(4_096);
        assertThat(DeflatePool.MAX_IDLE).isEqualTo(32);
        assertThat(PerMessageDeflateConfig.RATIO_FREE_BYTES).isEqualTo(1_048_576);
        assertThat(Transport.LINGER).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void noRecordWithDefaultsIsMissingHere() throws Exception {
        Set<String> constants = new TreeSet<>();
        for (Class<?> type : publicTypes()) {
            for (Field field : type.getDeclaredFields()) {
                boolean constant = Modifier.isPublic(field.getModifiers()) && Modifier.isStatic(field.getModifiers());
                if (constant && type.isRecord() && field.getType() == type && !VALUES.contains(type)) {
                    constants.add(type.getCanonicalName().substring("dev.zws.".length()) + "." + field.getName());
                }
            }
        }
        Set<String> named = new TreeSet<>(given().keySet());
        named.remove("ClientHandshake.Request.of");
        assertThat(constants).isEqualTo(named);
    }

    private static List<Class<?>> publicTypes() throws Exception {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(classes(), "*.class")) {
            List<Class<?>> types = new ArrayList<>();
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.contains("-info")) {
                    types.add(Class.forName("dev.zws." + name));
                }
            }
            return types.stream()
                    .filter(type -> Modifier.isPublic(type.getModifiers()))
                    .toList();
        }
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(Opcode.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/zws");
    }
}
