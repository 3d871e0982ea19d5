package dev.zws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Fragments, each with a mask of its own, make up the message (B-10.134). With pings between them, these are answered in their order
 * and nothing else is sent (B-10.135), at a server and at a client.
 */
final class FragmentsFuzz {
    private static final String[] PINGS = {"", "!", "ok", "1234"};

    private final boolean pings;

    FragmentsFuzz(boolean pings) {
        this.pings = pings;
    }

    void run(byte[] input) throws IOException {
        FuzzInput in = new FuzzInput(input);
        Role role = pings && in.flag() ? Role.CLIENT : Role.SERVER;
        Random choices = in.choices();
        Reading reading = in.pick(Reading.values());
        int ceiling = ByteReader.MIN_CEILING + in.next();
        int fragments = 1 + in.below(8);

        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        List<String> pongs = new ArrayList<>();
        for (int i = 0; i < fragments; i++) {
            for (int count = pings ? in.below(4) : 0; count > 0; count--) {
                byte[] ping = in.flag() ? Wire.utf8(in.pick(PINGS)) : in.take(in.below(126));
                wire.writeBytes(frame(role, 0x89, ping, in));
                pongs.add("8a " + HexFormat.of().formatHex(ping));
            }
            byte[] piece = in.piece();
            int first = (i == 0 ? 0x02 : 0x00) | (i == fragments - 1 ? 0x80 : 0);
            wire.writeBytes(frame(role, first, piece, in));
            message.writeBytes(piece);
        }
        Fixture f = new Fixture(
                role,
                Conn.Config.DEFAULT,
                reading.source(Pieces.random(choices, wire.toByteArray(), 3, 1 + choices.nextInt(300))),
                ceiling);
        Holds.same(Reading.show(MessageType.BINARY, message.toByteArray()), reading.next(f.conn), "as " + reading);
        f.conn.flush();
        Holds.same(pongs, f.out.seen(), "answers");
    }

    private static byte[] frame(Role to, int first, byte[] payload, FuzzInput in) {
        if (to == Role.CLIENT) {
            return Wire.frame(Role.SERVER, first, payload);
        }
        byte[] header = Wire.header(Role.CLIENT, first, payload.length);
        byte[] key = {(byte) in.next(), (byte) in.next(), (byte) in.next(), (byte) in.next()};
        System.arraycopy(key, 0, header, header.length - key.length, key.length);
        return Wire.concat(header, Wire.masked(payload, key));
    }
}
