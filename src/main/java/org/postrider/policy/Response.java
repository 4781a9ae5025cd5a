package org.postrider.policy;

/**
 * What a check does when it finds something.
 *
 * @param weight what it adds to the score where the action is {@link Action#SCORE}; below zero speaks for the mail
 */
public record Response(Action action, int weight) {
    public static final Response OFF = new Response(Action.OFF, 0);
    public static final Response TAG = new Response(Action.TAG, 0);
    public static final Response DEFER = new Response(Action.DEFER, 0);
    public static final Response REJECT = new Response(Action.REJECT, 0);

    public boolean isOff() {
        return action == Action.OFF;
    }
}
