package dev.zws;

import java.util.Arrays;

/**
 * DEFLATE, read straight from RFC 1951, and strict about how far back a match may reach. Of all the input it decodes what it can,
 * from the beginning, each time: slow, and easy to believe.
 */
final class StrictInflater {
    /** What became of the input. */
    enum End {
        /** Whole blocks, the last of which ends with the last byte. */
        BETWEEN_BLOCKS,
        /** More input is needed. */
        WITHIN_BLOCK,
        /** A block with BFINAL set has ended. */
        FINISHED
    }

    /** The input is not DEFLATE, or a match reaches too far back. */
    static final class Corrupt extends Exception {
        private static final long serialVersionUID = 1L;

        Corrupt(String message) {
            super(message);
        }
    }

    private static final class NeedsInput extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** RFC 1951, 3.2.5. */
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };

    private static final int[] LENGTH_EXTRA = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };
    /** RFC 1951, 3.2.7. */
    private static final int[] LENGTHS_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private final byte[] input;
    private final int inputEnd;
    private final int reach;
    private long bit;

    /** History, then what was decoded. */
    private byte[] output;

    private int length;
    private int farthest;

    /** @param reach the farthest that a match may reach back */
    StrictInflater(byte[] history, byte[] input, int offset, int length, int reach) {
        this.input = input;
        this.inputEnd = offset + length;
        this.bit = 8L * offset;
        this.reach = reach;
        this.output = history.clone();
        this.length = history.length;
    }

    /** Decodes to the end of input; afterwards {@link #output}, also when this throws. */
    End run() throws Corrupt {
        try {
            while (true) {
                if (bit == 8L * inputEnd) {
                    return End.BETWEEN_BLOCKS;
                }
                boolean last = bits(1) == 1;
                block(bits(2));
                if (last) {
                    return End.FINISHED;
                }
            }
        } catch (NeedsInput e) {
            return End.WITHIN_BLOCK;
        }
    }

    /** What was decoded, history included. */
    byte[] output() {
        return Arrays.copyOf(output, length);
    }

    /** Where in the input the stream has ended. */
    int position() {
        return (int) ((bit + 7) / 8);
    }

    /** The longest distance of any match. */
    int farthest() {
        return farthest;
    }

    private void block(int type) throws Corrupt, NeedsInput {
        switch (type) {
            case 0 -> stored();
            case 1 -> compressed(fixedLiterals(), new Code(filled(30, 5), 30));
            case 2 -> dynamic();
            default -> throw new Corrupt("block type 3");
        }
    }

    private void stored() throws Corrupt, NeedsInput {
        bit = (bit + 7) / 8 * 8;
        int count = bits(16);
        if (bits(16) != (~count & 0xFFFF)) {
            throw new Corrupt("stored length");
        }
        for (int i = 0; i < count; i++) {
            put(bits(8));
        }
    }

    private static Code fixedLiterals() throws Corrupt {
        int[] lengths = new int[288];
        Arrays.fill(lengths, 0, 144, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        Arrays.fill(lengths, 280, 288, 8);
        return new Code(lengths, 288);
    }

    private static int[] filled(int count, int value) {
        int[] values = new int[count];
        Arrays.fill(values, value);
        return values;
    }

    private void dynamic() throws Corrupt, NeedsInput {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int codes = bits(4) + 4;
        if (literals > 286 || distances > 30) {
            throw new Corrupt("too many symbols");
        }
        int[] codeLengths = new int[19];
        for (int i = 0; i < codes; i++) {
            codeLengths[LENGTHS_ORDER[i]] = bits(3);
        }
        Code code = new Code(codeLengths, 19);
        code.requireComplete();
        int[] lengths = new int[literals + distances];
        for (int i = 0; i < lengths.length; ) {
            int symbol = symbol(code);
            if (symbol < 16) {
                lengths[i++] = symbol;
                continue;
            }
            if (symbol == 16 && i == 0) {
                throw new Corrupt("nothing to repeat");
            }
            int value = symbol == 16 ? lengths[i - 1] : 0;
            int times = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            if (i + times > lengths.length) {
                throw new Corrupt("too many lengths");
            }
            Arrays.fill(lengths, i, i + times, value);
            i += times;
        }
        if (lengths[256] == 0) {
            throw new Corrupt("no end of block");
        }
        compressed(
                new Code(lengths, literals),
                new Code(Arrays.copyOfRange(lengths, literals, lengths.length), distances));
    }

    private void compressed(Code literals, Code distances) throws Corrupt, NeedsInput {
        while (true) {
            int symbol = symbol(literals);
            if (symbol == 256) {
                return;
            }
            if (symbol < 256) {
                put(symbol);
                continue;
            }
            if (symbol > 285) {
                throw new Corrupt("length symbol " + symbol);
            }
            int count = LENGTH_BASE[symbol - 257] + bits(LENGTH_EXTRA[symbol - 257]);
            int far = symbol(distances);
            if (far > 29) {
                throw new Corrupt("distance symbol " + far);
            }
            int distance = DISTANCE_BASE[far] + bits(Math.max(0, far / 2 - 1));
            if (distance > length || distance > reach) {
                throw new Corrupt("a match reaches " + distance + " back, of " + Math.min(length, reach));
            }
            farthest = Math.max(farthest, distance);
            for (int i = 0; i < count; i++) {
                put(output[length - distance]);
            }
        }
    }

    private void put(int value) {
        if (length == output.length) {
            output = Arrays.copyOf(output, Math.max(1024, 2 * length));
        }
        output[length++] = (byte) value;
    }

    private int bits(int count) throws NeedsInput {
        if (bit + count > 8L * inputEnd) {
            throw new NeedsInput();
        }
        int value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value |= (input[(int) (bit >> 3)] >> (bit & 7) & 1) << i;
        }
        return value;
    }

    /** RFC 1951, 3.2.2: the code of each length is one more than the one before, with a zero appended for each bit more. */
    private int symbol(Code code) throws Corrupt, NeedsInput {
        int value = 0;
        int first = 0;
        int index = 0;
        for (int bits = 1; bits <= 15; bits++) {
            value |= bits(1);
            int count = code.counts[bits];
            if (value - first < count) {
                return code.symbols[index + value - first];
            }
            index += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        throw new Corrupt("no such code");
    }

    /** A Huffman code: how many symbols have each length, and the symbols in the order of their codes. */
    private static final class Code {
        final int[] counts = new int[16];
        final int[] symbols;
        private int left = 1;

        Code(int[] lengths, int count) throws Corrupt {
            for (int i = 0; i < count; i++) {
                counts[lengths[i]]++;
            }
            int none = counts[0];
            counts[0] = 0;
            for (int bits = 1; bits <= 15; bits++) {
                left = 2 * left - counts[bits];
                if (left < 0) {
                    throw new Corrupt("more codes than there can be");
                }
            }
            symbols = new int[count - none];
            int at = 0;
            for (int bits = 1; bits <= 15; bits++) {
                for (int i = 0; i < count; i++) {
                    if (lengths[i] == bits) {
                        symbols[at++] = i;
                    }
                }
            }
        }

        void requireComplete() throws Corrupt {
            if (left != 0) {
                throw new Corrupt("fewer codes than there have to be");
            }
        }
    }
}
