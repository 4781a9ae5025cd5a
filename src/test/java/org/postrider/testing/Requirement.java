package org.postrider.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names what a test proves: an RFC section ({@code "RFC 5321 §4.1.1.4"}), a statement of the conformance list ({@code
 * "conf-17"}) or an attack case ({@code "A1"}). {@code docs/conformance.md} is generated from these.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Requirement {
    String[] value();
}
