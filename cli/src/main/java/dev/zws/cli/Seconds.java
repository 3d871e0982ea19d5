package dev.zws.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A span of time on the command line: a number of seconds such as {@code 2} or {@code 0.5}, or {@code forever}. */
final class Seconds implements ITypeConverter<Duration> {
    private static final double MAX = 1e9;
    private static final double NANOS = 1e9;

    @Override
    public Duration convert(String value) {
        if (value.equals("forever")) {
            return ChronoUnit.FOREVER.getDuration();
        }
        double seconds;
        try {
            seconds = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw notSeconds(value);
        }
        if (!(seconds >= 0 && seconds <= MAX)) {
            throw notSeconds(value);
        }
        return Duration.ofNanos((long) Math.ceil(seconds * NANOS));
    }

    private static TypeConversionException notSeconds(String value) {
        return new TypeConversionException(
                "'" + value + "' is neither a number of seconds, 0 to 1000000000, nor forever");
    }
}
