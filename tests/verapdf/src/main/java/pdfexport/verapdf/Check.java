package pdfexport.verapdf;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Validates PDF files against PDF/UA-1 and PDF/A-2a.
 *
 * <p>The files are the arguments; without any, their paths are read from standard input, one a line, and each is
 * answered before the next is read. For each file there is one line of JSON on standard output:
 *
 * <pre>{"file": path, "ua1": {"passed": bool, "failures": [FAILURE...]}, "a2a": {...}}</pre>
 *
 * <p>where a FAILURE is a rule that is broken: {"clause", "test", "message", "context", "count"}, the context being
 * where it is broken first. A file that cannot be read fails with a clause that is empty. The exit code is 0 when all
 * pass, 1 when one does not.
 */
public final class Check {
    private static final Map<String, PDFAFlavour> FLAVOURS = new LinkedHashMap<>();

    static {
        FLAVOURS.put("ua1", PDFAFlavour.PDFUA_1);
        FLAVOURS.put("a2a", PDFAFlavour.PDFA_2_A);
    }

    private Check() {}

    public static void main(String[] paths) throws IOException {
        // The engine logs what it stumbles over; what matters of it is in the result.
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean passed = true;
        if (paths.length > 0) {
            for (String path : paths) {
                passed &= check(path, out);
            }
        } else {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String path = in.readLine(); path != null; path = in.readLine()) {
                passed &= path.isBlank() || check(path, out);
            }
        }
        System.exit(passed ? 0 : 1);
    }

    private static boolean check(String path, PrintStream out) {
        boolean passed = true;
        StringBuilder line = new StringBuilder("{\"file\": ").append(Json.string(path));
        for (Map.Entry<String, PDFAFlavour> flavour : FLAVOURS.entrySet()) {
            Outcome outcome = validate(new File(path), flavour.getValue());
            passed &= outcome.passed();
            line.append(", ").append(Json.string(flavour.getKey())).append(": ").append(outcome.json());
        }
        out.println(line.append('}'));
        return passed;
    }

    private static Outcome validate(File file, PDFAFlavour flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            return Outcome.of(validator.validate(parser));
        } catch (Exception e) {
            String message = "cannot be validated: " + e.getMessage();
            return new Outcome(false, List.of(new Failure("", 0, message, "", 1)));
        }
    }

    private record Outcome(boolean passed, List<Failure> failures) {
        static Outcome of(ValidationResult result) {
            Map<RuleId, Integer> counts = result.getFailedChecks();
            Map<RuleId, Failure> failures = new LinkedHashMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                RuleId rule = assertion.getRuleId();
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    failures.putIfAbsent(
                            rule,
                            new Failure(
                                    rule.getClause(),
                                    rule.getTestNumber(),
                                    assertion.getMessage(),
                                    assertion.getLocation().getContext(),
                                    counts.getOrDefault(rule, 1)));
                }
            }
            return new Outcome(result.isCompliant(), List.copyOf(failures.values()));
        }

        String json() {
            return "{\"passed\": " + passed + ", \"failures\": " + Json.array(failures.stream().map(Failure::json)) + "}";
        }
    }

    private record Failure(String clause, int test, String message, String context, int count) {
        String json() {
            return "{\"clause\": " + Json.string(clause) + ", \"test\": " + test + ", \"message\": "
                    + Json.string(message) + ", \"context\": " + Json.string(context) + ", \"count\": " + count + "}";
        }
    }
}
