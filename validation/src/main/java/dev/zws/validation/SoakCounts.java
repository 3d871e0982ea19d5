package dev.zws.validation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What a load has done so far. Any thread. */
final class SoakCounts {
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder pings = new LongAdder();
    private final LongAdder reconnects = new LongAdder();
    private final LongAdder givenUp = new LongAdder();
    private final Map<SoakFault, LongAdder> faults = new EnumMap<>(SoakFault.class);

    SoakCounts() {
        for (SoakFault fault : SoakFault.values()) {
            faults.put(fault, new LongAdder());
        }
    }

    /** A message came back as it was sent. */
    void echoed(int length) {
        messages.increment();
        bytes.add(length);
    }

    void pinged() {
        pings.increment();
    }

    void reconnected() {
        reconnects.increment();
    }

    /** The server's patience with a silent peer was at an end. */
    void gaveUp() {
        givenUp.increment();
    }

    void killed(SoakFault fault) {
        Objects.requireNonNull(faults.get(fault)).increment();
    }

    long messages() {
        return messages.sum();
    }

    /** Of payload, in each direction. */
    long bytes() {
        return bytes.sum();
    }

    long reconnects() {
        return reconnects.sum();
    }

    long faults() {
        return faults.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** For the line that machines read. */
    String fields() {
        String kinds = Arrays.stream(SoakFault.values())
                .map(fault -> fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + ":" + faults.get(fault))
                .collect(Collectors.joining(","));
        return "pings=" + pings + " reconnects=" + reconnects + " faults=" + kinds + " given_up=" + givenUp;
    }
}
