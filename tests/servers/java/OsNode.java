import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** One OpenSearch 2.19 node: OsNode HOME WORK [key=value ...]. */
public class OsNode extends Node {
    static final String[] MODULES = {
        "transport.Netty4Plugin", "analysis.common.CommonAnalysisPlugin", "index.mapper.MapperExtrasPlugin",
        "percolator.PercolatorPlugin", "index.reindex.ReindexPlugin", "painless.PainlessPlugin",
        "script.mustache.MustachePlugin", "join.ParentJoinPlugin", "ingest.common.IngestCommonPlugin",
        "search.aggregations.matrix.MatrixAggregationPlugin", "script.expression.ExpressionPlugin",
        "index.rankeval.RankEvalPlugin", "geo.GeoModulePlugin" };

    OsNode(Environment environment, Collection<Class<? extends Plugin>> plugins) {
        super(environment, plugins, true);
    }

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        Path work = Path.of(args[1]).toAbsolutePath();
        List<Class<? extends Plugin>> plugins = new ArrayList<>();
        for (String name : MODULES) {
            plugins.add(Class.forName("org.opensearch." + name).asSubclass(Plugin.class));
        }
        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", work.resolve("data").toString())
            .put("path.logs", work.resolve("logs").toString())
            .put("http.type", "netty4")
            .put("transport.type", "netty4");
        for (int i = 2; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        Node node = new OsNode(new Environment(settings.build(), work.resolve("config")), plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (java.io.IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }));
        node.start();
        new CountDownLatch(1).await();
    }
}
