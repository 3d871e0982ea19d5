/** Benchmarks: in memory with JMH, over sockets with a load client and echo servers of this project's making. */
@NullMarked
package dev.zws.bench;

import org.jspecify.annotations.NullMarked;
