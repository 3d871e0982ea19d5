package dev.zws.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Random;

/** JSON as a stock exchange sends it: what is compressed wherever compression is measured. */
public final class Trades {
    private static final String[] SYMBOLS = {"AAPL", "MSFT", "GOOG", "AMZN", "EURUSD", "BTCUSD"};

    private Trades() {}

    /** So many bytes of it, cut off at the end. Each trade has a random id, which no compressor makes shorter than its 8 bytes. */
    public static byte[] json(int length, Random random) {
        StringBuilder text = new StringBuilder("[");
        while (text.length() < length) {
            text.append("{\"type\":\"trade\",\"symbol\":\"")
                    .append(SYMBOLS[random.nextInt(SYMBOLS.length)])
                    .append("\",\"price\":")
                    .append(random.nextInt(100_000) / 100.0)
                    .append(",\"size\":")
                    .append(random.nextInt(1000))
                    .append(",\"time\":")
                    .append(1_700_000_000_000L + random.nextInt(1_000_000))
                    .append(",\"id\":\"")
                    .append(Long.toHexString(random.nextLong()))
                    .append("\"},");
        }
        return text.substring(0, length).getBytes(US_ASCII);
    }
}
