using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Identity;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using MediatR;

namespace Crm.Api.Http;

/// <summary>Runs one route: checks in the contract's order, makes the request, sends it through the pipeline, writes the answer.</summary>
internal sealed class Dispatcher
{
    private const int Attempts = 3;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = true };
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;
    private readonly Route _route;
    private readonly RequestFactory _factory;
    private readonly Compression _compression;
    private readonly CancellationToken _tooLate;
    private readonly Func<IServiceProvider, object, CancellationToken, Task<object?>> _send;

    public Dispatcher(Route route, RecordBinders binders, Compression compression, CancellationToken tooLate)
    {
        (_route, _factory, _compression, _tooLate) = (route, new RequestFactory(route, binders), compression, tooLate);
        _send = typeof(Dispatcher).GetMethod(nameof(SendAsync), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(route.Result).CreateDelegate<Func<IServiceProvider, object, CancellationToken, Task<object?>>>();
    }

    public RequestFactory Factory => _factory;

    public async Task HandleAsync(HttpContext http)
    {
        var context = (RequestContext)http.RequestServices.GetRequiredService<IRequestContext>();
        _route.Deprecation?.WriteTo(http, _route);
        _route.Answers.CheckAccept(http.Request);
        if (_route.IsUpload)
        {
            await TakeUploadAsync(http, context);
            return;
        }
        if (_route.RawType is not null) BodyReader.CheckRaw(http, _route);
        var body = _route.HasJson ? await BodyReader.ReadAsync(http, _route) : default;
        await AuthorizeAsync(http, context);
        var request = await MakeAsync(http, context, _route.HasJson ? Parse(body) : null);
        if (_route.TakesIdempotencyKey) context.IdempotencyKey = Key(http, body);
        if (_route.Writes) context.Precondition = Preconditions.Read(http);
        var answer = _route.Writes ? await WriteInTimeAsync(http, context, request) : await RunAsync(http, context, request, http.RequestAborted);
        await WriteAsync(http, answer);
    }

    /// <summary>A write ends with its client or, when the service is stopping and cannot wait any longer, with that: rolled back, and told.</summary>
    private async Task<Answer> WriteInTimeAsync(HttpContext http, RequestContext context, object request)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _tooLate);
        try
        {
            return await RunAsync(http, context, request, limit.Token);
        }
        catch (OperationCanceledException) when (_tooLate.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw new CrmException(ErrorKind.Unavailable, "UNAVAILABLE", "The service is stopping; nothing was changed. Try again.");
        }
    }

    /// <summary>Nothing of the body is read before the caller may send it, and nothing of it stays unless a record has it.</summary>
    private async Task TakeUploadAsync(HttpContext http, RequestContext context)
    {
        await using var upload = new Upload(http, _route);
        await AuthorizeAsync(http, context);
        await upload.ReadAsync(http);
        var request = upload.MakeWith(() => _factory.Make(http, upload.Fields, context.Caller, upload.Content));
        if (_route.TakesIdempotencyKey) context.IdempotencyKey = Key(http, upload.Fingerprint);
        var answer = await WriteInTimeAsync(http, context, request);
        if (_route.KeepsContent && !answer.Replayed) upload.Keep();
        await WriteAsync(http, answer);
    }

    /// <summary>Refused before the request is even built, which the trail must tell as well.</summary>
    private async Task AuthorizeAsync(HttpContext http, RequestContext context)
    {
        try
        {
            Authorization.Check(_route.Request, _route.Permission, context);
            if (!_route.IsPublic && !_route.IsPlatform && !_route.IsAboutSignIn && context.Caller.LacksSecondFactor) throw IdentityErrors.SecondFactorRequired();
        }
        catch (CrmException refusal) when (refusal.Kind == ErrorKind.Forbidden)
        {
            var id = http.Request.RouteValues.TryGetValue("id", out var text) && Instants.TryParseUuid((string?)text, out var parsed) ? parsed : (Guid?)null;
            await http.RequestServices.GetRequiredService<IAuditLog>().WriteAsync(
                AuditedRequest.Entry(_route.Request, _route.Resource?.Name, id, context.Caller, refusal), http.RequestAborted);
            throw;
        }
    }

    private async ValueTask<object> MakeAsync(HttpContext http, RequestContext context, JsonElement? body)
    {
        try
        {
            return _factory.Make(http, body, context.IsAuthenticated ? context.Caller : null);
        }
        catch (CrmException refusal) when (CustomFieldReading.IsAboutThem(refusal))
        {
            if (!await http.RequestServices.GetRequiredService<ILatestCustomFields>().RenewAsync(http.RequestAborted)) throw;
            return _factory.Make(http, body, context.Caller);
        }
    }

    private async Task<Answer> RunAsync(HttpContext http, RequestContext context, object request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            // A repeated command starts afresh: nothing tracked, nothing drained, its own scope.
            await using var scope = attempt == 1 ? (AsyncServiceScope?)null : http.RequestServices.CreateAsyncScope();
            var services = scope?.ServiceProvider ?? http.RequestServices;
            var current = (RequestContext)services.GetRequiredService<IRequestContext>();
            if (attempt > 1) current.CopyFrom(context);
            if (_route.Writes) current.Render = Renderer(http, services);
            try
            {
                var result = await _send(services, request, ct);
                return current.Answer ?? await _route.Answers.RenderAsync(result, http, services, ct);
            }
            catch (Exception e) when (attempt < Attempts && (PostgresErrors.Translate(e) ?? e) is RepeatCommandException)
            {
                await Task.Yield();
            }
            catch (RepeatCommandException)
            {
                throw PostgresErrors.Unavailable();
            }
        }
    }

    private Func<object?, CancellationToken, Task<Answer>> Renderer(HttpContext http, IServiceProvider services) =>
        (result, ct) => _route.Answers.RenderAsync(result, http, services, ct);

    private async Task WriteAsync(HttpContext http, Answer answer)
    {
        if (answer is WrittenAnswer written)
        {
            await written.WriteAsync(http);
            return;
        }
        var response = http.Response;
        response.Headers.CacheControl = "private, no-store";
        if (answer.ETag is not null) response.Headers.ETag = answer.ETag;
        if (answer.Location is not null) response.Headers.Location = answer.Location;
        if (answer.Replayed) response.Headers["Idempotent-Replayed"] = "true";
        if (answer.ETag is not null && _route.Method == "GET" && Preconditions.IsFresh(http, answer.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.StatusCode = answer.Status;
        if (answer.Body.Length == 0) return;
        var body = answer.ETag is not null || _route.AnswersSecrets ? answer.Body : _compression.Apply(http, answer.Body);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(body, http.RequestAborted);
    }

    private JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length == 0)
            return _factory.BodyIsOptional ? Nothing : throw new CrmException(ErrorKind.Validation, "MALFORMED_JSON", "The request needs a JSON body.");
        // The parser looks at the bytes of a text only when it is read.
        if (!System.Text.Unicode.Utf8.IsValid(body.Span)) throw new CrmException(ErrorKind.Validation, "MALFORMED_JSON", "The body is not UTF-8.");
        try
        {
            return JsonDocument.Parse(body, Strict).RootElement;
        }
        catch (JsonException e)
        {
            throw new CrmException(ErrorKind.Validation, "MALFORMED_JSON", $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
        }
    }

    private static IdempotencyKey? Key(HttpContext http, ReadOnlyMemory<byte> body)
    {
        if (!http.Request.Headers.TryGetValue("Idempotency-Key", out var values)) return null;
        var key = values.ToString();
        if (values.Count != 1 || key.Length is 0 or > 255 || key.Any(c => c is < '!' or > '~'))
            throw CrmException.Validation("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        hash.AppendData(body.Span);
        return new IdempotencyKey(key, hash.GetHashAndReset());
    }

    private static async Task<object?> SendAsync<TResult>(IServiceProvider services, object request, CancellationToken ct) =>
        await services.GetRequiredService<IMediator>().Send((IRequest<TResult>)request, ct);
}
