import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginBundle;
import org.elasticsearch.plugins.PluginsLoader;

/** One Elasticsearch node, 8.19 or 9.4: EsNode HOME WORK FOLDERS [key=value ...], with the modules of HOME's FOLDERS. */
public class EsNode {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        Path work = Path.of(args[1]).toAbsolutePath();
        LogConfigurator.configureESLogging();
        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", work.resolve("data").toString())
            .put("path.logs", work.resolve("logs").toString());
        for (int i = 3; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        Environment environment = new Environment(settings.build(), work.resolve("config"));
        Set<PluginBundle> modules = new HashSet<>();
        for (String folder : args[2].split(",")) {
            modules.addAll(bundles("loadModulesBundles", home.resolve(folder)));
        }
        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            modules, bundles("loadPluginsBundles", environment.pluginsDir()), Map.of());
        Node node = new Node(environment, loader);
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

    /** 8.19 takes (Path), 9.4 takes (Path, boolean stateless). */
    @SuppressWarnings("unchecked")
    private static Set<PluginBundle> bundles(String method, Path folder) throws Exception {
        var found = Arrays.stream(PluginsLoader.class.getMethods())
            .filter(each -> each.getName().equals(method)).findFirst().orElseThrow();
        boolean isShort = found.getParameterCount() == 1;
        return (Set<PluginBundle>) (isShort ? found.invoke(null, folder) : found.invoke(null, folder, false));
    }
}
