package dev.zws.validation;

/**
 * One row of the table: a rule that a hostile peer breaks, or that must hold in spite of it.
 *
 * @param against whom the peer attacks
 * @param name the rule, in words; no two are the same
 * @param source where it stands: an RFC and its section, B-numbers of the behaviour specification, an advisory, a flaw of others
 * @param answer what must be seen, in words
 * @param proof attacks, and throws when anything else is seen
 */
record Rule(Against against, String name, String source, String answer, Proof proof) {
    enum Against {
        SERVER,
        CLIENT
    }

    @FunctionalInterface
    interface Proof {
        void hold(Arena arena) throws Exception;
    }

    static Rule server(String name, String source, String answer, Proof proof) {
        return new Rule(Against.SERVER, name, source, answer, proof);
    }

    static Rule client(String name, String source, String answer, Proof proof) {
        return new Rule(Against.CLIENT, name, source, answer, proof);
    }
}
