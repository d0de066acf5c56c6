using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Crm.Architecture.Tests;

/// <summary>What is wrong with a compose file: whatever it refers to must exist, and every service must be watched or end by itself.</summary>
internal static partial class ComposeFile
{
    /// <summary>Parses (a malformed file throws) and returns the complaints.</summary>
    internal static IReadOnlyList<string> Check(string yaml, string folder)
    {
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(new StringReader(yaml))));
        var root = (YamlMappingNode)stream.Documents.Single().RootNode;
        var services = Map(root, "services");
        var complaints = new List<string>();
        foreach (var (name, service) in services)
        {
            var oneShot = Text(service, "restart") == "no";
            if (!oneShot && !Map(service, "healthcheck").ContainsKey("test")) complaints.Add($"{name} has no health check");
            if (Text(service, "image") is null && Get(service, "build") is null) complaints.Add($"{name} has neither image nor build");
            complaints.AddRange(CheckBuild(name, service, folder));
            complaints.AddRange(CheckDependencies(name, service, services));
            complaints.AddRange(CheckVolumes(name, service, Map(root, "volumes"), folder));
        }

        complaints.AddRange(CheckSecrets(yaml, folder));
        return complaints;
    }

    private static IEnumerable<string> CheckBuild(string name, YamlNode service, string folder)
    {
        if (Get(service, "build") is not { } build) yield break;
        var context = Path.Combine(folder, (build as YamlScalarNode)?.Value ?? Text(build, "context") ?? ".");
        var dockerfile = Path.Combine(context, Text(build, "dockerfile") ?? "Dockerfile");
        if (!File.Exists(dockerfile))
        {
            yield return $"{name} is built from {dockerfile}, which does not exist";
            yield break;
        }

        foreach (var source in CopiedFiles(File.ReadAllText(dockerfile)))
            if (!Path.Exists(Path.Combine(context, source))) yield return $"{dockerfile} copies {source}, which does not exist";
    }

    private static IEnumerable<string> CheckDependencies(string name, YamlNode service, Dictionary<string, YamlNode> services)
    {
        foreach (var (other, how) in Map(service, "depends_on"))
        {
            if (!services.TryGetValue(other, out var target)) yield return $"{name} depends on {other}, which is no service";
            else if (Text(how, "condition") == "service_completed_successfully" && Text(target, "restart") != "no")
                yield return $"{name} waits for {other} to end, which never does";
        }
    }

    private static IEnumerable<string> CheckVolumes(string name, YamlNode service, Dictionary<string, YamlNode> volumes, string folder)
    {
        if (Get(service, "volumes") is not YamlSequenceNode mounts) yield break;
        foreach (var source in mounts.Select(mount => ((YamlScalarNode)mount).Value!.Split(':')[0]))
        {
            if (source.StartsWith('.') && !Path.Exists(Path.Combine(folder, source))) yield return $"{name} mounts {source}, which does not exist";
            else if (!source.StartsWith('.') && !volumes.ContainsKey(source)) yield return $"{name} mounts the volume {source}, which is not declared";
        }
    }

    private static IEnumerable<string> CheckSecrets(string yaml, string folder)
    {
        var example = Path.Combine(folder, ".env.example");
        var named = File.Exists(example) ? File.ReadAllText(example) : "";
        foreach (Match variable in Variable().Matches(yaml))
        {
            var name = variable.Groups["name"].Value;
            if (!named.Contains(name + "=", StringComparison.Ordinal)) yield return $"{name} is not in .env.example";
            if (name.EndsWith("PASSWORD", StringComparison.Ordinal) && !variable.Groups["rule"].Value.StartsWith(":?", StringComparison.Ordinal))
                yield return $"{name} is used where it may be empty or a default";
        }
    }

    private static IEnumerable<string> CopiedFiles(string dockerfile) =>
        from line in dockerfile.Split('\n')
        where line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal)
        from source in line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]
        select source;

    private static YamlNode? Get(YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null;

    private static string? Text(YamlNode node, string key) => (Get(node, key) as YamlScalarNode)?.Value;

    private static Dictionary<string, YamlNode> Map(YamlNode node, string key) =>
        (Get(node, key) as YamlMappingNode)?.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value) ?? [];

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<rule>[^}]*)\}")]
    private static partial Regex Variable();
}
