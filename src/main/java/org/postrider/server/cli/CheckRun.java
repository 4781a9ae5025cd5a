package org.postrider.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers JSON objects one by one, a line for a line, each as soon as it is known. Nothing that a line says ends the run.
 *
 * <p>Thread: confined.
 */
final class CheckRun {
    /** Of one question: a message of the greatest size that a server takes by default, as base64, and more. */
    private static final int LINE_OCTETS_MAX = 96 << 20;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Map<String, Check> checks;
    private final CheckResolvers resolvers;

    CheckRun(Map<String, Check> checks, CheckResolvers resolvers) {
        this.checks = checks;
        this.resolvers = resolvers;
    }

    /** Runs until the end of input. */
    void run(InputStream in, PrintWriter out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        boolean tooLong = false;
        int count;
        while ((count = in.read(buffer)) >= 0) {
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    tooLong |= !take(line, buffer, from, i);
                    say(out, tooLong ? error("the line is too long") : answer(line.toByteArray()));
                    line.reset();
                    tooLong = false;
                    from = i + 1;
                }
            }
            tooLong |= !take(line, buffer, from, count);
        }
        if (line.size() > 0 || tooLong) {
            say(out, tooLong ? error("the line is too long") : answer(line.toByteArray()));
        }
    }

    private static boolean take(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
        if (line.size() + to - from > LINE_OCTETS_MAX) {
            return false;
        }
        line.write(buffer, from, to - from);
        return true;
    }

    private static void say(PrintWriter out, Map<String, Object> answer) {
        out.print(JSON.writeValueAsString(answer) + "\n");
        out.flush();
    }

    private static Map<String, Object> error(String words) {
        return Map.of("error", words);
    }

    private Map<String, Object> answer(byte[] line) {
        try {
            JsonNode json = JSON.readTree(line);
            if (!json.isObject()) {
                return error("the line is no JSON object");
            }
            CheckQuestion question = new CheckQuestion(json, resolvers);
            Check check = checks.get(question.text("check"));
            return check == null
                    ? error("\"check\" is none of " + String.join(", ", checks.keySet()))
                    : check.answer(question);
        } catch (Unanswerable why) {
            return error(String.valueOf(why.getMessage()));
        } catch (JacksonException malformed) {
            return error("the line is not JSON: " + malformed.getOriginalMessage());
        } catch (RuntimeException | StackOverflowError defect) {
            return error("an error of ours: " + defect);
        }
    }
}
