package org.postrider.spool;

/** Where a bug can be planted around the spool, to see that the checks of {@link SimSpool} find it. By itself it plants none. */
interface Sabotage {
    Sabotage NONE = new Sabotage() {};

    /** The disk that the spool gets to see. */
    default Disk disk(Disk sound) {
        return sound;
    }

    /** Begins or ends a time in which the keeper's copies are appended. */
    default void copying(boolean underWay) {}

    /** Whether a content file is left alone once a record names it. */
    default boolean keepsContent() {
        return true;
    }
}
