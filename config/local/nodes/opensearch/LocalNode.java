import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node with the ingest role, which the runner's own main leaves out. Arguments are the runner's. */
public class LocalNode {
    public static void main(String[] arguments) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        runner.setMaxHttpPort(-1); // the very port that is asked for
        runner.onBuild((number, settings) -> settings.putList("node.roles", "cluster_manager", "data", "ingest"));
        runner.build(arguments);
        Thread.currentThread().join();
    }
}
