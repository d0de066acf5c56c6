using System.Text.RegularExpressions;
using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Api.Http;

/// <summary>What a routing table is written with.</summary>
internal sealed partial class Routes(ResourceCatalog resources)
{
    private const int BatchLimit = 16 << 20;
    private readonly List<Route> _all = [];
    private readonly Dictionary<string, string> _about = new(StringComparer.Ordinal);

    public IReadOnlyList<Route> All => _all;

    /// <summary>What groups of routes are about, by the first segment of their paths.</summary>
    public IReadOnlyDictionary<string, string> Groups => _about;

    /// <summary>Says what a group of routes is about, where no resource says it.</summary>
    public void About(string group, string description) => _about.Add(group, description);

    /// <summary>A read; <paramref name="of"/> names the resource whose records it answers where the path does not.</summary>
    public RouteLines Get<TRequest>(string path, Answers? answers = null, string? of = null) => Add("GET", path, typeof(TRequest), answers ?? Answers.Data, of);

    public RouteLines Post<TRequest>(string path, Answers? answers = null) => Add("POST", path, typeof(TRequest), answers ?? Answers.Data);

    /// <summary>Takes a form with a file in it, which becomes the content of a record.</summary>
    public RouteLines Upload<TRequest>(string path, Answers answers) => Form<TRequest>(path, answers, keeps: true);

    /// <summary>Takes a form with a file in it, which is read and not kept.</summary>
    public RouteLines Reading<TRequest>(string path, Answers? answers = null) => Form<TRequest>(path, answers ?? Answers.Data, keeps: false);

    private RouteLines Form<TRequest>(string path, Answers answers, bool keeps)
    {
        var line = Post<TRequest>(path, answers);
        _all[^1] = _all[^1] with { IsUpload = true, KeepsContent = keeps };
        return line;
    }

    /// <summary>Takes a body of this type as it is; <paramref name="header"/> names a header that has to be with it.</summary>
    public RouteLines Raw<TRequest>(string path, string mediaType, int limit, string? header = null)
    {
        var line = Post<TRequest>(path);
        _all[^1] = _all[^1] with { RawType = mediaType, BodyLimit = limit, RawHeader = header };
        return line;
    }

    public RouteLines Put<TRequest>(string path, Answers? answers = null) => Add("PUT", path, typeof(TRequest), answers ?? Answers.Data);

    /// <summary>A change by merge patch; <paramref name="of"/> names the resource whose record it changes where the path does not.</summary>
    public RouteLines Patch<TRequest>(string path, Answers? answers = null, string? of = null) => Add("PATCH", path, typeof(TRequest), answers ?? Answers.Data, of);

    public RouteLines Delete<TRequest>(string path, Answers? answers = null) => Add("DELETE", path, typeof(TRequest), answers ?? Answers.NoContent);

    /// <summary>Every standard route of a declared resource, from its declaration.</summary>
    public RouteLines Resource(string name)
    {
        var (r, path, first) = (resources[name], resources[name].Path, _all.Count);
        var one = Pascal(r.Singular);
        Reads(name);
        Generic("POST", path, r.Create(Blank(r)).GetType(), Answers.CreatedRecord(name), r, $"create{one}", $"Create {A(r.Singular)}", "write");
        Generic("PUT", path + "/by-external-id/{externalId}", typeof(UpsertRecord), Answers.Record(name), r, $"upsert{one}", $"Create or change the {r.Singular} with this external id", "write");
        Changes(name);
        if (r.LinkColumn is not null) Generic("GET", path + "/{id}/timeline", typeof(GetTimeline), Answers.Data, r, $"get{one}Timeline", $"What happened with the {r.Singular}, newest first", "read");
        return new RouteLines(_all, first);
    }

    /// <summary>Reading, replacing and changing the one record that the tenant has of a declared resource.</summary>
    public RouteLines Singleton<TGet>(string name)
    {
        var (r, first) = (resources[name], _all.Count);
        Get<TGet>(r.Path, of: name);
        Generic("PUT", r.Path, r.Update(Guid.Empty, NoPatch(r)).GetType(), Answers.Record(name), r, $"replace{Pascal(r.Singular)}", $"Replace the {r.Singular}: what is absent becomes its default", "write");
        Generic("PATCH", r.Path, r.Update(Guid.Empty, NoPatch(r)).GetType(), Answers.Record(name), r, $"update{Pascal(r.Singular)}", $"Change the {r.Singular} (RFC 7396)", "write");
        return new RouteLines(_all, first);
    }

    /// <summary>The standard changes of a declared resource's records, once they are there.</summary>
    public RouteLines Changes(string name)
    {
        var (r, path, first) = (resources[name], resources[name].Path, _all.Count);
        var one = Pascal(r.Singular);
        Generic("PUT", path + "/{id}", r.Update(Guid.Empty, NoPatch(r)).GetType(), Answers.Record(name), r, $"replace{one}", $"Replace {A(r.Singular)}: what is absent becomes its default", "write");
        Generic("PATCH", path + "/{id}", r.Update(Guid.Empty, NoPatch(r)).GetType(), Answers.Record(name), r, $"update{one}", $"Change {A(r.Singular)} (RFC 7396)", "write");
        Generic("DELETE", path + "/{id}", typeof(DeleteRecord), Answers.NoContent, r, $"delete{one}", $"Delete {A(r.Singular)} softly", "delete");
        Generic("POST", path + "/{id}/restore", typeof(RestoreRecord), Answers.Record(name), r, $"restore{one}", $"Restore a deleted {r.Singular}", "delete", none: true);
        Batch(name);
        return new RouteLines(_all, first);
    }

    /// <summary>Many operations on a declared resource's records in one request.</summary>
    public RouteLines Batch(string name)
    {
        var (r, first) = (resources[name], _all.Count);
        Generic("POST", r.Path + "/batch", typeof(BatchRecords), Answers.Data, r, $"batch{Pascal(r.Name)}", $"Up to 1,000 operations on {r.Name}", "write", limit: BatchLimit);
        return new RouteLines(_all, first);
    }

    /// <summary>The standard reads of a declared resource.</summary>
    public RouteLines Reads(string name)
    {
        var (r, first) = (resources[name], _all.Count);
        var (one, many) = (Pascal(r.Singular), Pascal(r.Name));
        Generic("GET", r.Path, typeof(ListRecords), Answers.Data, r, $"list{many}", $"List {r.Name}", "read");
        Generic("POST", r.Path + "/query", typeof(ListRecords), Answers.Data, r, $"query{many}", $"List {r.Name} by a filter tree", "read");
        Generic("GET", r.Path + "/{id}", typeof(GetRecord), Answers.Data, r, $"get{one}", $"Get {A(r.Singular)}", "read");
        Generic("GET", r.Path + "/{id}/history", typeof(GetHistory), Answers.Data, r, $"get{one}History", $"Who changed the {r.Singular}, when, from what to what", "read");
        return new RouteLines(_all, first);
    }

    /// <summary>A read about each declared resource that no single path segment can name.</summary>
    public RouteLines Describe<TRequest>(string path)
    {
        var first = _all.Count;
        foreach (var r in resources.All.Where(r => r.Path.Contains('/')))
            Generic("GET", $"{path}/{r.Path}", typeof(TRequest), Answers.Data, r, $"describe{Pascal(r.Name)}", $"Describe {r.Name}", "read");
        return new RouteLines(_all, first);
    }

    private RouteLines Add(string method, string path, Type request, Answers answers, string? of = null)
    {
        var (name, first) = (request.Name, _all.Count);
        _all.Add(new Route(method, path, request, answers, of is null ? ResourceOf(path) : resources[of]) { OperationId = char.ToLowerInvariant(name[0]) + name[1..], Summary = Words(name) });
        return new RouteLines(_all, first);
    }

    private void Generic(string method, string path, Type request, Answers answers, Resource resource, string operation, string summary, string verb, bool none = false, int limit = 1 << 20) =>
        _all.Add(new Route(method, path, request, answers, resource) { OperationId = operation, Summary = summary, Verb = verb, BodyIsNone = none, BodyLimit = limit });

    private Resource? ResourceOf(string path) => resources.All.Where(r => path == r.Path || path.StartsWith(r.Path + "/", StringComparison.Ordinal)).MaxBy(r => r.Path.Length);

    private static object Blank(Resource resource) => System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(resource.Details);

    private static object NoPatch(Resource resource) =>
        System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(Application.Binding.Patch<>).MakeGenericType(resource.Details));

    /// <summary>The words run together, abbreviations like words: an API key is an ApiKey.</summary>
    public static string Pascal(string name) => string.Concat(name.Split('-', '/', ' ', '_').Select(part => char.ToUpperInvariant(part[0]) + (part.Any(char.IsLower) ? part[1..] : part[1..].ToLowerInvariant())));

    private static string A(string noun) => ("aeiou".Contains(char.ToLowerInvariant(noun[0])) ? "an " : "a ") + noun;

    private static string Words(string name)
    {
        var words = WordStart().Replace(name, m => " " + m.Value.ToLowerInvariant());
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();
}
