/** Hostile peers: what they send, what must be seen, and servers and clients over {@code dev.zws} that it is done to. */
@NullMarked
package dev.zws.validation;

import org.jspecify.annotations.NullMarked;
