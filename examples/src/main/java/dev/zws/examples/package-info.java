/** Small complete programs on {@code dev.zws} alone; the README quotes them and the tests run them. */
@NullMarked
package dev.zws.examples;

import org.jspecify.annotations.NullMarked;
