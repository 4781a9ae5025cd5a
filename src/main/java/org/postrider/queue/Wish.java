package org.postrider.queue;

/** What a person wants of a recipient that the engine cannot do just now; or, of a held one, who holds it and why. */
sealed interface Wish {
    record Hold(String by, String why) implements Wish {}

    record Remove(String by, String why) implements Wish {}

    /** To be let go as soon as its hold is durable. */
    record Release() implements Wish {}

    /** Rerouted meanwhile: to be tried at once instead of after a pause. */
    record Hurry() implements Wish {}
}
