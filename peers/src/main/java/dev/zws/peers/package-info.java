/** Echo servers of other libraries, each in the form that its own documentation recommends, to measure zws against. */
@NullMarked
package dev.zws.peers;

import org.jspecify.annotations.NullMarked;
