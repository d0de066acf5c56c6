using System.Text.Json.Nodes;
using Crm.Api.Http;
using Microsoft.OpenApi;

namespace Crm.Api.OpenApi;

/// <summary>The errors an operation may answer with: one shared response per status, all of them problems (RFC 9457).</summary>
internal sealed class Refusals(OpenApiDocument document, Schemas schemas)
{
    private static readonly (int Status, string Name, string Description, string[] Codes)[] Known =
    [
        (400, "BadRequest", "The request breaks one or more rules; `errors` names them all.", ["VALIDATION_FAILED", "MALFORMED_JSON", "INVALID_QUERY", "INVALID_TENANT"]),
        (401, "Unauthenticated", "No credentials, or none that count.", ["UNAUTHENTICATED", "INVALID_CREDENTIALS", "TOKEN_EXPIRED", "MFA_REQUIRED"]),
        (402, "PlanLimit", "The tenant's plan allows no more.", ["PLAN_LIMIT_REACHED"]),
        (403, "Forbidden", "You may not do this.", ["FORBIDDEN", "TENANT_FORBIDDEN", "TENANT_SUSPENDED"]),
        (404, "NotFound", "Unknown, deleted or not visible to you.", ["NOT_FOUND"]),
        (406, "NotAcceptable", "Answers are application/json.", ["NOT_ACCEPTABLE"]),
        (409, "Conflict", "The state of a record, or another record, does not allow this.", ["DUPLICATE", "INVALID_STATE", "LEAD_ALREADY_CONVERTED", "IDEMPOTENCY_IN_FLIGHT"]),
        (412, "PreconditionFailed", "If-Match names another version than the current one.", ["PRECONDITION_FAILED"]),
        (413, "PayloadTooLarge", "The body, or what it unpacks to, is larger than the operation takes.", ["PAYLOAD_TOO_LARGE"]),
        (415, "UnsupportedMediaType", "The body is no JSON in UTF-8, or in a coding other than gzip and br.", ["UNSUPPORTED_MEDIA_TYPE"]),
        (422, "Unprocessable", "Well-formed, but refers to what is not there, deleted or not visible; or the key of a retry came with another request.", ["UNPROCESSABLE", "IDEMPOTENCY_KEY_REUSED"]),
        (429, "RateLimited", "Too many requests.", ["RATE_LIMITED"]),
        (500, "InternalError", "An error of the service; the trace id names it.", ["INTERNAL_ERROR"]),
        (503, "Unavailable", "The database is not available at the moment.", ["UNAVAILABLE"]),
    ];

    public IOpenApiSchema Problem => schemas.Component("Problem", () =>
    {
        var problem = Schemas.Complete(
            ("type", Schemas.Text()), ("title", Schemas.Text()), ("status", Schemas.Integer()), ("detail", Schemas.Text()), ("instance", Schemas.Text()),
            ("traceId", Schemas.Text()), ("success", Schemas.Always(false)), ("error", Schemas.Text()), ("code", Schemas.Choice(Known.SelectMany(k => k.Codes).Append("METHOD_NOT_ALLOWED"))));
        problem.Properties!["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Schemas.List(Schemas.Text()), Description = "Messages by camelCase path." };
        var existing = Schemas.Text("uuid");
        existing.Description = "With DUPLICATE: the record in the way, if you may see it.";
        problem.Properties["existingId"] = existing;
        problem.Properties["mfaToken"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "With MFA_REQUIRED: for POST /auth/login/totp." };
        problem.Properties["mfaExpiresIn"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "With MFA_REQUIRED: seconds mfaToken lives." };
        problem.Description = "An error (RFC 9457).";
        return problem;
    });

    /// <summary>Adds the refusals a route knows.</summary>
    public void AddTo(OpenApiResponses responses, Http.Route route)
    {
        foreach (var known in Known.Where(k => Applies(k.Status, route)))
            responses[known.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Shared(known);
    }

    private static bool Applies(int status, Http.Route route) => status switch
    {
        400 or 406 or 429 or 500 or 503 => true,
        401 => !route.IsPublic || route.Tag == "auth",
        403 => !route.IsPublic,
        404 => route.Parameters.Count > 0,
        409 => route.Writes || route is { IsPublic: false, Tag: "auth", Method: not "GET" },
        422 => route.Writes,
        412 => Operations.TakesIfMatch(route),
        413 or 415 => route.HasBody,
        _ => false,
    };

    private OpenApiResponseReference Shared((int Status, string Name, string Description, string[] Codes) known)
    {
        var all = (document.Components ??= new OpenApiComponents()).Responses ??= new Dictionary<string, IOpenApiResponse>();
        if (!all.ContainsKey(known.Name))
            all[known.Name] = new OpenApiResponse
            {
                Description = $"{known.Description} Codes: {string.Join(", ", known.Codes)}.",
                Headers = Headers(known.Status),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = Problem, Example = Example(known.Status, known.Codes[0], known.Description) } },
            };
        return new OpenApiResponseReference(known.Name, document);
    }

    private static Dictionary<string, IOpenApiHeader>? Headers(int status)
    {
        (string, string)[] names = status switch
        {
            401 => [("WWW-Authenticate", "The scheme to authenticate with.")],
            429 => [("Retry-After", "Seconds to wait."), ("RateLimit-Limit", "Requests a minute."), ("RateLimit-Remaining", "Requests left in this minute."), ("RateLimit-Reset", "Seconds until the minute ends.")],
            415 => [("Accept-Encoding", "With a Content-Encoding that is not taken: those that are.")],
            503 => [("Retry-After", "Seconds to wait.")],
            _ => [],
        };
        return names.Length == 0 ? null : names.ToDictionary(n => n.Item1, n => (IOpenApiHeader)new OpenApiHeader { Description = n.Item2, Schema = Schemas.Text() });
    }

    private static JsonObject Example(int status, string code, string detail)
    {
        var example = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = Problems.Title(code),
            ["status"] = status,
            ["detail"] = detail.Replace("`", "", StringComparison.Ordinal),
            ["instance"] = "/api/v1/leads",
            ["traceId"] = "6b5602c9dbd5825f7fde6805d198992e",
            ["success"] = false,
            ["error"] = Problems.Title(code),
            ["code"] = code,
        };
        if (status == 400) example["errors"] = Examples.Json("""{"email": ["must be an e-mail address"]}""");
        return example;
    }
}
