package dev.zws;

import java.util.function.LongSupplier;

/** A connection over scripted input and recorded output, with a known mask key and a clock that stands still. */
final class Fixture {
    static final int MASK_KEY = 0x37fa213d;

    final Role role;
    final Pieces in;
    final Tape out = new Tape();
    final ByteReader reader;
    final Conn conn;
    long now = 1_000;

    Fixture(Role role, Conn.Config config, Pieces in, int ceiling) {
        this.role = role;
        this.in = in;
        this.reader = ByteReader.of(in, ceiling);
        LongSupplier clock = () -> now;
        this.conn = new Conn(
                null, null, reader, ByteWriter.of(out), new DefaultRuntimeHooks(), role, config, () -> MASK_KEY, clock);
    }

    static Fixture of(Role role, Conn.Config config, Pieces in) {
        return new Fixture(role, config, in, ByteReader.DEFAULT_CEILING);
    }

    static Fixture of(Role role, Pieces in) {
        return of(role, Conn.Config.DEFAULT, in);
    }

    /** A connection that reads these bytes, then the end of the stream. */
    static Fixture of(Role role, Conn.Config config, byte[]... input) {
        return of(role, config, Pieces.whole(Wire.concat(input)));
    }

    /** A server that reads these bytes, then the end of the stream. */
    static Fixture server(byte[]... input) {
        return of(Role.SERVER, Conn.Config.DEFAULT, input);
    }

    /** A client that reads these bytes, then the end of the stream. */
    static Fixture client(byte[]... input) {
        return of(Role.CLIENT, Conn.Config.DEFAULT, input);
    }

    /** A connection over a non-blocking source that has these bytes and then nothing, until {@code in.add}. */
    static Fixture open(Role role, Conn.Config config, byte[]... input) {
        return of(role, config, Pieces.whole(Wire.concat(input)).open());
    }

    /** The other side, whose frames this connection reads. */
    Role peer() {
        return Wire.other(role);
    }
}
