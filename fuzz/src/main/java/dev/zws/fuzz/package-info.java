/** Runs the fuzz targets of {@link dev.zws.FuzzTarget}: {@code ./zws fuzz}. */
package dev.zws.fuzz;
