package org.postrider.server.cli;

import java.util.Map;

/** One kind of question that {@code check} answers. Thread: confined. */
interface Check {
    /**
     * Answers a question.
     *
     * @return the members of the JSON object, in their order
     * @throws Unanswerable where the question lacks something or has it wrong
     */
    Map<String, Object> answer(CheckQuestion question) throws Unanswerable;
}
