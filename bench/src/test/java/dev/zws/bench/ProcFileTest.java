package dev.zws.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcFileTest {
    @Test
    void timeOnAProcessorIsInTheFourteenthAndFifteenthFieldWhateverTheProgramIsCalled() {
        String rest = " S 1 42 42 0 -1 4194560 1 2 3 4 %s 7 8 20 0 9 0 100 200 300";
        assertThat(ProcFile.cpuTicks("42 (java)" + rest.formatted("1234 56"))).isEqualTo(1290);
        assertThat(ProcFile.cpuTicks("42 (a b) S 1 (c)" + rest.formatted("7 8")))
                .isEqualTo(15);
    }

    @Test
    void processorsAreBusyInUserNiceAndKernelModeAndWhenStolen() {
        String stat = """
                cpu  1100 20 300 9000 7 5 6 40 0 0
                cpu0 100 10 200 4000 3 2 3 30 0 0
                cpu1 400 10 50 4000 3 2 3 10 0 0
                cpu11 600 0 50 1000 1 1 0 0 0 0
                intr 1 2 3
                """;
        assertThat(ProcFile.busyTicks(stat, List.of(0, 1))).isEqualTo(340 + 470);
        assertThat(ProcFile.busyTicks(stat, List.of())).isEqualTo(1460);
    }

    @Test
    void residentMemoryIsInKibibytes() {
        String status = "Name:\tjava\nVmHWM:\t   99999 kB\nVmRSS:\t   70424 kB\nThreads:\t21\n";
        assertThat(ProcFile.residentBytes(status)).isEqualTo(70_424L * 1024);
        assertThatThrownBy(() -> ProcFile.residentBytes("Name:\tjava\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no VmRSS:");
    }

    @Test
    void theLiveHeapIsTheTotalOfTheHistogram() {
        String histogram = """
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         12345        1234567  [B (java.base@25)
                Total         54321        7654321
                """;
        assertThat(LiveHeap.total(histogram)).isEqualTo(7_654_321);
    }

    @Test
    void theLimitOfOpenFilesHasToSufficeForTheIdleConnections() throws IOException {
        String limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             96365                96365                processes
                Max open files            1024                 20000                files
                """;
        IdleSuite.requireFiles(824, limits);
        assertThatThrownBy(() -> IdleSuite.requireFiles(825, limits))
                .isInstanceOf(IOException.class)
                .hasMessage("825 idle connections need 1025 open files, and 1024 are allowed: raise it (ulimit -n), or"
                        + " choose fewer by --idle-conns");
        IdleSuite.requireFiles(1_000_000, limits.replace("1024 ", "unlimited "));
    }

    @Test
    void serversGetTheFirstProcessorAndTheClientTheLastOfAnotherCore() {
        assertThat(Pinning.processors("0-2,8\n")).containsExactly(0, 1, 2, 8);
        assertThat(Pinning.of(List.of(0, 1), List.of(0))).isEqualTo(new Pinning(0, 1, false));
        assertThat(Pinning.of(List.of(0, 1, 2, 3), List.of(0, 3))).isEqualTo(new Pinning(0, 2, false));
        assertThat(Pinning.of(List.of(4, 5), List.of(4, 5)))
                .as("nothing better than two threads of one core")
                .isEqualTo(new Pinning(4, 5, true));
    }
}
