using Crm.Application.Abstractions;
using Crm.Application.Files;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Crm.Api.Http;

/// <summary>Content as it is, streamed: whole or a range of it (RFC 9110 §14), with its checksum as ETag. Never shown by a browser as a page.</summary>
internal sealed record ContentAnswer() : Answers(200)
{
    /// <summary>What it may be depends on the file.</summary>
    public override void CheckAccept(HttpRequest request)
    {
    }

    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct) => Task.FromResult<Answer>(new StreamedAnswer((FileContent)result!));
}

/// <summary>An answer that writes itself, headers and all.</summary>
internal abstract record WrittenAnswer() : Answer(200, default)
{
    /// <summary>Writes it. What it throws before it has begun is answered as a problem.</summary>
    public abstract Task WriteAsync(HttpContext http);
}

/// <summary>An answer that is written while it is read.</summary>
internal sealed record StreamedAnswer(FileContent Content) : WrittenAnswer
{
    private static readonly string[] OwnHeaders = ["ETag", "Last-Modified", "Accept-Ranges", "Content-Range", "Content-Disposition", "Repr-Digest"];

    public override async Task WriteAsync(HttpContext http)
    {
        var type = Negotiated(http.Request);
        // Ranges are of bytes; one of anything else is to be ignored (RFC 9110 §14.2).
        if (http.Request.GetTypedHeaders().Range is { } range && range.Unit != "bytes") http.Request.Headers.Remove("Range");
        var headers = http.Response.Headers;
        headers.CacheControl = "private, no-store";
        // Whatever opens it has no scripts, no forms, no origin.
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        headers["Repr-Digest"] = ContentDigests.Sha256(Content.Checksum);
        var result = TypedResults.Stream(new StoredStream(Content, First(http.Request), http.RequestAborted), type, Harmless(Content.Name), Content.UploadedAt, new EntityTagHeaderValue($"\"{Content.Checksum}\""), enableRangeProcessing: true);
        try
        {
            await result.ExecuteAsync(http);
        }
        catch when (!http.Response.HasStarted)
        {
            Forget(http);
            throw;
        }
        if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status416RangeNotSatisfiable or StatusCodes.Status412PreconditionFailed }) await RefuseAsync(http);
    }

    /// <summary>How much will be read if the range asked for is what is given.</summary>
    private long First(HttpRequest request) =>
        request.GetTypedHeaders().Range is { Ranges: { Count: 1 } ranges } && ranges.First() is { From: { } from, To: { } to } && from <= to ? Math.Min(to, Content.Size) - from + 1 : Content.Size;

    /// <summary>The type it has, or plain bytes, which it always is.</summary>
    private string Negotiated(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0) return Content.ServedType;
        var ranges = MediaTypeHeaderValue.TryParseList(accept, out var parsed) ? parsed.Where(r => r.Quality != 0).ToList() : [];
        foreach (var type in (string[])[Content.ServedType, MediaTypes.Unknown])
            if (ranges.Any(r => new MediaTypeHeaderValue(type).IsSubsetOf(r.CopyAsReadOnly()) || r.MatchesAllTypes)) return type;
        throw new HttpRefusal(406, "NOT_ACCEPTABLE", $"The file is {Content.ServedType}, or application/octet-stream.");
    }

    /// <summary>The name without what a recipient might take for a path or a line of its own (RFC 6266 §4.3).</summary>
    private static string Harmless(string name) => string.Concat(name.Select(c => char.IsControl(c) || c is '/' or '\\' or '"' or '\u2028' or '\u2029' ? '_' : c));

    private static void Forget(HttpContext http)
    {
        foreach (var name in OwnHeaders) http.Response.Headers.Remove(name);
        http.Response.ContentLength = null;
    }

    private static Task RefuseAsync(HttpContext http)
    {
        var (status, range) = (http.Response.StatusCode, http.Response.Headers.ContentRange);
        Forget(http);
        if (status == StatusCodes.Status412PreconditionFailed) return Problems.WriteAsync(http, status, "PRECONDITION_FAILED", "If-Match names other content.");
        http.Response.Headers.ContentRange = range;
        return Problems.WriteAsync(http, status, "RANGE_NOT_SATISFIABLE", "The content does not reach that far; see the Content-Range header.");
    }
}

/// <summary>
/// Content that is opened where it is first read: what is only asked about is never opened. <paramref name="first"/> is how much is asked of the store at
/// once; the rest, if there is any, with the next read.
/// </summary>
internal sealed class StoredStream(FileContent content, long first, CancellationToken aborted) : Stream
{
    private Stream? _open;
    private bool _fresh;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => content.Size;
    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_position < Length && buffer.Length > 0)
            {
                if (_open is null) (_open, _fresh) = (await content.Open(_position, Math.Clamp(first, 1, Length - _position), aborted), true);
                var read = await _open.ReadAsync(buffer, cancellationToken);
                _position += read;
                // Less than was stored is no end: better a broken answer than a short one that looks whole.
                if (read == 0 && _fresh) throw FileErrors.StoreUnavailable();
                _fresh = false;
                if (read > 0) return read;
                await _open.DisposeAsync();
                (_open, first) = (null, Length);
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw FileErrors.StoreUnavailable();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        if (_open is not null) throw new NotSupportedException("It is being read already.");
        return _position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => Length + offset };
    }

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null) await _open.DisposeAsync();
        await base.DisposeAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is read asynchronously.");
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
