using Crm.Api.Streams;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Api.Http;

/// <summary>How a use case's result becomes an answer.</summary>
internal abstract record Answers(int Status)
{
    /// <summary>200 with the result as data.</summary>
    public static readonly Answers Data = new DataAnswer(200);
    /// <summary>201 with the result as data.</summary>
    public static readonly Answers Created = new DataAnswer(201);
    /// <summary>204.</summary>
    public static readonly Answers NoContent = new EmptyAnswer(204);
    /// <summary>202 without data.</summary>
    public static readonly Answers Accepted = new DataAnswer(202);

    /// <summary>200 with content as it is, or 206 with a range of it.</summary>
    public static readonly Answers Content = new ContentAnswer();

    /// <summary>200 with a document, as a page or as a PDF.</summary>
    public static readonly Answers Document = new DocumentAnswer();

    /// <summary>200 with server-sent events that do not end.</summary>
    public static readonly Answers EventStream = new EventStreamAnswer();

    /// <summary>101: from here on it is a WebSocket.</summary>
    public static readonly Answers EventSocket = new EventSocketAnswer();

    /// <summary>200 with the record whose id the command returned, and its ETag.</summary>
    public static Answers Record(string resource) => new RecordAnswer(200, resource);

    /// <summary>201 with the record whose id the command returned, its ETag and Location.</summary>
    public static Answers CreatedRecord(string resource) => new RecordAnswer(201, resource);

    /// <summary>Refuses who does not take the kind of answer this is (406).</summary>
    public virtual void CheckAccept(HttpRequest request) => Negotiation.CheckAccept(request);

    /// <summary>Makes the answer; inside the transaction for commands.</summary>
    public abstract Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct);
}

internal sealed record DataAnswer(int Status) : Answers(Status)
{
    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct) => Task.FromResult(result switch
    {
        RecordRow row => new Answer(Status, Envelope.Record(row), ETagOf(row.Version)),
        RecordPage page => new Answer(Status, Envelope.Page(page)),
        IReadOnlyList<BatchItem> items => new Answer(Status, Envelope.Batch(items, http)),
        IDataPage page => new Answer(Status, Envelope.Page(page)),
        IVersioned versioned => new Answer(Status, Envelope.Data(result), ETagOf(versioned.Version)),
        _ => new Answer(Status, Envelope.Data(result is MediatR.Unit ? null : result)),
    });

    public static string? ETagOf(int? version) => version is null ? null : $"\"{version}\"";
}

internal sealed record EmptyAnswer(int Status) : Answers(Status)
{
    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct) => Task.FromResult(new Answer(Status, default));
}

internal sealed record RecordAnswer(int Status, string Resource) : Answers(Status)
{
    public override async Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct)
    {
        var resource = services.GetRequiredService<ResourceCatalog>()[Resource];
        var (id, status) = result switch
        {
            Written written => (written.Id, written.Created ? 201 : 200),
            ShownOnce once => (once.Id, Status),
            _ => ((Guid)result!, Status),
        };
        var row = await services.GetRequiredService<RecordReader>().AnswerAsync(resource, id, ct);
        if (result is ShownOnce shown) row.Set(shown.Member, shown.Value);
        return new Answer(status, Envelope.Record(row), DataAnswer.ETagOf(row.Version), status == 201 ? $"/api/v1/{resource.Path}/{id}" : null);
    }
}
