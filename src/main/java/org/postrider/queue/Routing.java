package org.postrider.queue;

import org.postrider.mail.Diagnosis;

/** Where a recipient's mail goes. */
public sealed interface Routing {
    /** To a site, over its ready queue. */
    record To(Site site) implements Routing {}

    /** Kept until a person releases it. */
    record Hold(String why) implements Routing {}

    /** Thrown away, as a route asked for in words. */
    record Discard(String why) implements Routing {}

    /** Not deliverable at all: null MX, no such domain, only forbidden addresses. */
    record Unroutable(Diagnosis diagnosis) implements Routing {}

    /** Not to be found out now: DNS does not answer. */
    record Unknown(Diagnosis diagnosis) implements Routing {}
}
