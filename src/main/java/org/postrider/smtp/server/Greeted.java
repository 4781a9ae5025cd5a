package org.postrider.smtp.server;

/**
 * How the client introduced itself.
 *
 * @param verb EHLO, HELO or LHLO
 * @param name its argument as given: a domain or an address literal, free of control characters
 */
public record Greeted(Verb verb, String name) {
    public enum Verb {
        HELO,
        EHLO,
        LHLO
    }
}
