/** The {@code zws} command. */
@NullMarked
package dev.zws.cli;

import org.jspecify.annotations.NullMarked;
