/**
 * What proves the finished pieces. {@code Hostile}: what hostile peers send, what must be seen, and servers and clients over {@code dev.zws}
 * that it is done to. {@code Soak}: long-lived connections, every byte checked, whose server must stay as it was.
 * {@link dev.zws.validation.Interop}: zws with the programs of other libraries, as server and as client.
 */
@NullMarked
package dev.zws.validation;

import org.jspecify.annotations.NullMarked;
