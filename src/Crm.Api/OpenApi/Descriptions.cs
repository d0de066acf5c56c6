using Crm.Api.Http;
using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Api.OpenApi;

/// <summary>What the document says in words: declarations first, then the comments of the code, then what a name means everywhere.</summary>
internal sealed class Descriptions(DocComments comments)
{
    private const string Etag = "The answer is the whole record with its `ETag`; `If-Match` refuses to change another version than the one you saw.";

    private const string Made = "The answer is the whole record, with `Location` and `ETag`.";

    private static readonly Dictionary<(Type Request, string Method), string> Standard = new()
    {
        [(typeof(ListRecords), "GET")] = "A page of records: filtered by their members, searched, sorted, the newest first unless `sort` says otherwise. Go on by `cursor` (same cost at any depth) or `skip`.",
        [(typeof(ListRecords), "POST")] = "The same list with the conditions as a tree of `and`, `or` and `not`, for what a query string cannot say. It changes nothing.",
        [(typeof(GetRecord), "GET")] = "One record with its `ETag`; with `If-None-Match` 304 when you have the current version.",
        [(typeof(DeleteRecord), "DELETE")] = "The record disappears from lists and reads, together with tasks and activities linked to nothing else; `restore` brings all of it back.",
        [(typeof(RestoreRecord), "POST")] = "Brings back the record and exactly what was deleted with it. 409 `INVALID_STATE` when it is not deleted.",
        [(typeof(UpsertRecord), "PUT")] = "By your own key: creates the record (201) or changes it by the rule of PATCH (200). Twins wait for each other, so it is safe to repeat and to run in parallel.",
        [(typeof(BatchRecords), "POST")] = "Up to 1,000 operations in one request; the answer has one item for each, in order. With `atomic` all succeed or none, and the first failure is the answer.",
    };

    private static readonly Dictionary<string, string> Everywhere = new(StringComparer.Ordinal)
    {
        ["id"] = "Its id, a UUID.",
        ["createdAt"] = "When it was created.",
        ["updatedAt"] = "When it last changed.",
        ["createdBy"] = "The user who created it; null when the system did.",
        ["updatedBy"] = "The user who last changed it; null when the system did.",
        ["success"] = "Whether the request succeeded.",
        ["message"] = "A remark for people, if there is one.",
        ["data"] = "The answer itself.",
        ["email"] = "E-mail address; compared and kept in lower case.",
        ["password"] = "10 to 200 characters.",
        ["currentPassword"] = "The password until now.",
        ["code"] = "Six digits of the authenticator.",
        ["recoveryCode"] = "One of the recovery codes; good once.",
        ["mfaToken"] = "The mfaToken of the answer MFA_REQUIRED.",
        ["token"] = "The token of the e-mail.",
        ["refreshToken"] = "The refresh token of the session.",
        ["fullName"] = "First and last name.",
        ["tags"] = "Labels.",
        ["externalId"] = "The record's key in your own system.",
        ["language"] = "IETF language tag, such as en.",
        ["timeZone"] = "IANA time zone, such as Europe/Sofia.",
        ["currency"] = "ISO 4217 code.",
        ["version"] = "Raised by one with each change; the ETag.",
        ["occurredAt"] = "When it happened.",
        ["requestId"] = "The X-Request-Id of the request that caused it.",
        ["correlationId"] = "Groups everything that follows from one outer cause.",
        ["causationId"] = "The event that caused it, if one did.",
        ["aggregateType"] = "The kind of record it is about, such as lead.",
        ["aggregateId"] = "The record it is about.",
        ["customFields"] = "The organization's own members.",
    };

    /// <summary>What an operation does.</summary>
    public string Of(Http.Route route) => string.Join(' ', new[] { Act(route), Form(route), route.Deprecation?.Words }.Where(text => text is not null));

    /// <summary>What a member or parameter of a use case, a result or an embedded record is.</summary>
    public string? Of(Type type, string member) => comments.Of(type, member) ?? Everywhere.GetValueOrDefault(member);

    /// <summary>What a type is.</summary>
    public string? Of(Type type) => comments.Of(type);

    /// <summary>What a member of a record is.</summary>
    public string? Of(Resource resource, Field field) => field.Description ?? comments.Of(resource.Details, field.Name) ?? comments.Of(resource.Aggregate, field.Name) ?? Everywhere.GetValueOrDefault(field.Name);

    /// <summary>What a member of an envelope and the like is.</summary>
    public static string? Of(string member) => Everywhere.GetValueOrDefault(member);

    /// <summary>The word with "a" or "an" before it.</summary>
    public static string Article(string word) => $"{("AEIOaeio".Contains(word[0]) ? "an" : "a")} {word}";

    private string? Act(Http.Route route) => Standard.TryGetValue((route.Request, route.Method), out var standard) ? standard : comments.Of(route.Request);

    private static string? Form(Http.Route route) => route switch
    {
        _ when Standard.ContainsKey((route.Request, route.Method)) => null,
        { Answers: RecordAnswer { Status: 201 } } => Made,
        { Method: "PUT", Verb: "write" } => $"What the body leaves out gets its default. {Etag}",
        { Method: "PATCH", Resource: not null } => $"A merge patch (RFC 7396): what is absent stays, null clears, arrays are replaced whole. {Etag}",
        { Answers: RecordAnswer, Writes: true } => Etag,
        _ => null,
    };
}
