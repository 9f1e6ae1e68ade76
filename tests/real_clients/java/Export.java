import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Exports with the JDK's client as it is by default: it asks for HTTP/2 by `Upgrade: h2c` with every request. */
public final class Export {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws IOException, InterruptedException {
        URI jobs = URI.create(arguments[0] + "/api/export-pdf/job");
        HttpRequest post = HttpRequest.newBuilder(jobs)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofFile(Path.of(arguments[1])))
                .build();
        HttpResponse<String> created = checked(CLIENT.send(post, BodyHandlers.ofString()), 202);
        URI job = jobs.resolve(created.headers().firstValue("Location").orElseThrow() + "?wait=10");
        String answer;
        do {
            answer = checked(get(job, BodyHandlers.ofString()), 200).body();
        } while (field(answer, "status").equals("processing"));
        checked(get(URI.create(field(answer, "fileUrl")), BodyHandlers.ofFile(Path.of(arguments[2]))), 200);
    }

    private static <T> HttpResponse<T> get(URI uri, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), body);
    }

    private static <T> HttpResponse<T> checked(HttpResponse<T> response, int status) {
        if (response.statusCode() != status) {
            throw new IllegalStateException(response + ": " + response.body());
        }
        return response;
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return matcher.group(1);
    }
}
