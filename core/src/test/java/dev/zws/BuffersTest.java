package dev.zws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is lent, and what is kept for the next. */
class BuffersTest {
    private static final int[] KINDS = {4096, 16_384, 65_536};

    @ParameterizedTest
    @CsvSource({
        "0, 4096",
        "1, 4096",
        "4096, 4096",
        "4097, 16384",
        "16384, 16384",
        "16385, 65536",
        "65536, 65536",
        "65537, 65537",
        "1000000, 1000000"
    })
    void whatIsLentIsAsLargeAsAskedForOrTheNextKind(int least, int size) {
        Buffers.Buffer lent = new Buffers(1).lend(least);
        assertThat(lent.array()).hasSize(size);
        assertThat(lent.view().array()).isSameAs(lent.array());
        assertThat(Buffers.sizeFor(least)).isEqualTo(size);
    }

    @Test
    void whatIsGivenBackIsLentNext() {
        Buffers buffers = new Buffers(3);
        for (int kind : KINDS) {
            Buffers.Buffer first = buffers.lend(kind);
            Buffers.Buffer second = buffers.lend(kind);
            assertThat(second).isNotSameAs(first);
            buffers.giveBack(first);
            assertThat(buffers.kept()).isEqualTo(kind);
            assertThat(buffers.lend(kind)).isSameAs(first);
            assertThat(buffers.kept()).isZero();
        }
    }

    @Test
    void neverMoreThanTheCeilingIsKept() {
        Buffers buffers = new Buffers(2);
        List<Buffers.Buffer> lent = new ArrayList<>();
        for (int kind : KINDS) {
            for (int i = 0; i < 5; i++) {
                lent.add(buffers.lend(kind));
            }
        }
        lent.add(buffers.lend(65_537));
        for (Buffers.Buffer buffer : lent) {
            buffers.giveBack(buffer);
            assertThat(buffers.kept()).isLessThanOrEqualTo(buffers.ceiling());
        }
        assertThat(buffers.kept()).isEqualTo(buffers.ceiling()).isEqualTo(2 * (4096 + 16_384 + 65_536));
    }

    @Test
    void allConnectionsTogetherKeepAtMost5376KiB() {
        assertThat(Buffers.SHARED.ceiling()).isEqualTo(5_376 * 1024);
    }

    @Test
    void noBufferIsLentToTwoAtOnce() throws Exception {
        Buffers buffers = new Buffers(2);
        Set<Buffers.Buffer> out = ConcurrentHashMap.newKeySet();
        List<Future<?>> workers = new ArrayList<>();
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (int thread = 0; thread < 8; thread++) {
                workers.add(executor.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        Buffers.Buffer mine = buffers.lend(KINDS[i % 2]);
                        assertThat(out.add(mine)).isTrue();
                        Thread.onSpinWait();
                        out.remove(mine);
                        buffers.giveBack(mine);
                    }
                }));
            }
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(buffers.kept()).isLessThanOrEqualTo(buffers.ceiling());
    }
}
