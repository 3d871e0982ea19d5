package dev.zws;

import java.io.IOException;
import java.io.UncheckedIOException;
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
        this(role, null, config, in, ceiling);
    }

    private Fixture(Role role, Upgrade upgrade, Conn.Config config, Pieces in, int ceiling) {
        this.role = role;
        this.in = in;
        this.reader = ByteReader.of(in, ceiling);
        LongSupplier clock = () -> now;
        this.conn = new Conn(
                null,
                upgrade,
                reader,
                ByteWriter.of(out),
                new DefaultRuntimeHooks(),
                role,
                config,
                () -> MASK_KEY,
                clock);
    }

    /** Reads once where nothing is: the reader then knows that its source does not wait, and reads in one go what comes. */
    void findNothing() {
        try {
            if (reader.fill() != 0) {
                throw new IllegalStateException("there is something to read");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Fixture of(Role role, Conn.Config config, Pieces in) {
        return new Fixture(role, config, in, ByteReader.DEFAULT_CEILING);
    }

    static Fixture of(Role role, Pieces in) {
        return of(role, Conn.Config.DEFAULT, in);
    }

    /** A connection whose handshake agreed on permessage-deflate. */
    static Fixture deflating(
            Role role, PerMessageDeflate agreed, PerMessageDeflateConfig deflate, Conn.Config config, Pieces in) {
        Upgrade upgrade = new Upgrade("/", "/", null, Headers.NONE, null, agreed, deflate);
        return new Fixture(role, upgrade, config, in, ByteReader.DEFAULT_CEILING);
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
