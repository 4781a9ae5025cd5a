package org.postrider.sasl;

/** Why an exchange failed. */
public enum Refusal {
    /** Unknown user or wrong secret: nobody is told which. */
    BAD_CREDENTIALS,
    /** The account is there and may not be used. Told only to who knows the secret. */
    DISABLED,
    /** The client's message is not of the mechanism's form. */
    MALFORMED,
    /** The client broke the exchange off. */
    CANCELLED,
    /** Whoever keeps the accounts does not answer now. */
    UNAVAILABLE
}
