package dev.zws;

import static java.lang.annotation.ElementType.CONSTRUCTOR;
import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what may still change in a minor release before 1.0, with a note in the changelog on how to migrate; all other public API
 * is stable (B-1.2). {@code STABILITY.md} has the whole policy.
 *
 * <p>On the constructor of a record it says that the record may get more components: start from its {@code DEFAULT} and use the
 * {@code with} methods, which stay.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({TYPE, METHOD, CONSTRUCTOR})
public @interface Provisional {}
