package dev.zws.validation;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A span of time on the command line: {@code 10s}, {@code 30m}, {@code 1.5h}, {@code 500ms}; without a unit, seconds (B-9.30). */
final class SoakTime implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m|h)?");
    private static final double NANOS = 1e9;

    @Override
    public Duration convert(String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw new TypeConversionException("'" + value + "' is no time such as 10s, 30m or 500ms");
        }
        String unit = time.group(2) == null ? "s" : time.group(2);
        double seconds = switch (unit) {
            case "ms" -> 1e-3;
            case "m" -> 60;
            case "h" -> 3600;
            default -> 1;
        };
        return Duration.ofNanos((long) (Double.parseDouble(time.group(1)) * seconds * NANOS));
    }
}
