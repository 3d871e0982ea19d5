package dev.zws.fuzz;

import org.jspecify.annotations.Nullable;

/**
 * What came of fuzzing one target.
 *
 * @param inputs how many were tried
 * @param edges how many edges of the code under test, the target and its fixtures were covered
 * @param features edges together with how often they were taken, as libFuzzer counts them
 * @param lastNewEdge how many inputs had been tried when the last edge was found
 * @param growthStopped whether the last fifth of the inputs or more found no edge
 * @param finding the input that broke an invariant, in hex, or null
 */
record FuzzResult(
        String target,
        long inputs,
        int edges,
        int features,
        double seconds,
        long inputsPerSecond,
        long lastNewEdge,
        boolean growthStopped,
        @Nullable String finding) {}
