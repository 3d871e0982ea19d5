package dev.zws.validation;

/** How a case went with a peer. */
sealed interface InteropCell {
    /** It went well; the note says what was seen less than everything, and is empty for all. */
    record Passed(String note) implements InteropCell {}

    /** The peer cannot. */
    record Without(String why) implements InteropCell {}

    /** The peer breaks a rule, which is known and written down: see {@link InteropKnown}. */
    record Theirs(String why) implements InteropCell {}

    record Failed(String why) implements InteropCell {}
}
