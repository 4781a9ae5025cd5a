package org.postrider.server.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key of the configuration file. Its name is that of the record component, {@code likeThis} written {@code like-this}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
    /** The name in the file, where it is not the component's. */
    String name() default "";

    /** What holds where the file says nothing, as it would be written there; empty: the key must be given, or is optional. */
    String fallback() default "";

    /** Whether {@code "off"} lifts it. */
    boolean off() default false;

    /** The least number, and the least number of octets of a size. */
    long min() default 1;

    /** The greatest number. */
    long max() default Integer.MAX_VALUE;

    /** The port of an address that names none; -1: it must name one. */
    int port() default -1;

    /** For people: what it does, in Markdown. */
    String meaning();
}
