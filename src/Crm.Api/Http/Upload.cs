using System.Text;
using Crm.Application.Binding;
using Crm.Application.Files;
using Crm.Domain.Common;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Crm.Api.Http;

/// <summary>
/// A form (multipart/form-data, RFC 7578) with one file in it, read as it comes: the file goes straight into the store, whatever its place among
/// the fields. Its content is given up again unless the command kept it.
/// </summary>
internal sealed class Upload : IAsyncDisposable
{
    /// <summary>All fields together, as any JSON body.</summary>
    private const int FieldsLimit = 1 << 20;

    private const int MostParts = 200;
    private readonly ContentIntake _intake;
    private readonly FormFields _fields;
    private readonly string _boundary;
    private (string? Name, string? Type) _sent;
    private int _left = FieldsLimit;
    private bool _kept;

    /// <summary>Looks at the head of the request: 415 for what is no form, 413 for what says that it is too large.</summary>
    public Upload(HttpContext http, Route route)
    {
        _boundary = BoundaryOf(http.Request);
        (_intake, _fields) = (http.RequestServices.GetRequiredService<ContentIntake>(), new FormFields(route.Resource!));
        if (http.Request.ContentLength > Limit) throw TooLarge();
    }

    private long Limit => (long)_intake.MaxBytes + FieldsLimit;

    /// <summary>The file's content; null when the form has none or more than one.</summary>
    public TakenContent? Content { get; private set; }

    /// <summary>The fields of the form as a body.</summary>
    public System.Text.Json.JsonElement Fields { get; private set; }

    private BindErrors Errors => _fields.Errors;

    /// <summary>What tells this request from another one: the fields, the file's name and type as claimed, its content. Not the boundary, which differs with every try.</summary>
    public byte[] Fingerprint => Encoding.UTF8.GetBytes($"{_fields.Canonical()}\n{_sent.Name}\n{_sent.Type}\n{Content?.Checksum}");

    /// <summary>A record refers to the content from now on.</summary>
    public void Keep() => _kept = true;

    public async ValueTask DisposeAsync()
    {
        if (Content is { } content && !_kept) await _intake.GiveUpAsync(content);
    }

    /// <summary>Reads the form to its end.</summary>
    public async Task ReadAsync(HttpContext http)
    {
        var request = http.Request;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server && server.MaxRequestBodySize < 2 * Limit) server.MaxRequestBodySize = 2 * Limit;
        var message = ContentDigests.Of(request.Headers["Content-Digest"].ToArray());
        await using var hashed = message.Count == 0 ? null : new HashingStream(request.Body, message);
        try
        {
            await ReadPartsAsync(new MultipartReader(_boundary, hashed ?? request.Body), http.RequestAborted);
            if (hashed is not null) await hashed.EnsureAsync(http.RequestAborted);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested)
        {
            throw new OperationCanceledException("The client went away.", e, http.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw CrmException.Validation("$", "is no complete multipart/form-data with the boundary that Content-Type names");
        }
        Finish();
    }

    /// <summary>Makes the request, and tells at once what is wrong with the form and with its fields.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public object MakeWith(Func<object> make)
    {
        try
        {
            var request = make();
            Errors.ThrowIfAny();
            return request;
        }
        catch (CrmException refusal) when (refusal is { Code: "VALIDATION_FAILED", Errors: { } found } && Errors.Any)
        {
            // The name would have come with the file.
            foreach (var (member, messages) in found.Where(f => !Errors.Has(f.Key) && (f.Key != "name" || Content is not null || _fields.Has("name"))))
                foreach (var message in messages) Errors.Add(member, message);
            Errors.ThrowIfAny();
            throw;
        }
    }

    private void Finish()
    {
        var checksum = _fields.Remove("checksum");
        if (_sent.Name is { Length: > 0 } name && !_fields.Has("name")) _fields.Add("name", Encoding.UTF8.GetBytes(name));
        if (Content is null && !Errors.Any) Errors.Add("file", "is required");
        if (Content is { } content && checksum is not null && !checksum.Equals(content.Checksum, StringComparison.OrdinalIgnoreCase))
            Errors.Add("checksum", $"is not that of what arrived: {content.Size} bytes with SHA-256 {content.Checksum}");
        Fields = _fields.ToJson();
    }

    private async Task ReadPartsAsync(MultipartReader reader, CancellationToken ct)
    {
        for (var parts = 0; await reader.ReadNextSectionAsync(ct) is { } part; parts++)
        {
            if (parts == MostParts) throw CrmException.Validation("$", $"has more than {MostParts} parts");
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || disposition.DispositionType != "form-data" || TextOf(disposition.Name) is not { Length: > 0 } name)
                throw CrmException.Validation("$", "has a part that is no named form field");
            if (name == "file") await ReadFileAsync(part, disposition, ct);
            else await ReadFieldAsync(part, name, ct);
        }
    }

    private async Task ReadFileAsync(MultipartSection part, ContentDispositionHeaderValue disposition, CancellationToken ct)
    {
        if (Content is not null) throw CrmException.Validation("file", "is given more than once");
        if (part.Headers!.TryGetValue("Content-Transfer-Encoding", out var encoding) && encoding.ToString().ToLowerInvariant() is not ("binary" or "8bit" or "7bit"))
            throw CrmException.Validation("file", "must be sent as it is, without a Content-Transfer-Encoding");
        var expected = ContentDigests.Of([.. Values(part, "Content-Digest"), .. Values(part, "Repr-Digest")]);
        Content = await _intake.TakeAsync(part.Body, part.ContentType, expected, ct);
        _sent = (TextOf(disposition.FileNameStar) ?? TextOf(disposition.FileName), part.ContentType);
    }

    private async Task ReadFieldAsync(MultipartSection part, string name, CancellationToken ct)
    {
        using var value = new MemoryStream();
        var piece = new byte[4_096];
        int read;
        while ((read = await part.Body.ReadAsync(piece, ct)) > 0)
        {
            if ((_left -= read) < 0) throw TooLarge();
            value.Write(piece, 0, read);
        }
        _fields.Add(name, value.GetBuffer().AsSpan(0, (int)value.Length));
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || request.Headers.ContentEncoding.Count > 0)
            throw new HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send multipart/form-data.");
        return TextOf(type.Boundary) is { Length: > 0 and <= 70 } boundary ? boundary : throw CrmException.Validation("$", "has no boundary of 1 to 70 characters in its Content-Type");
    }

    private CrmException TooLarge() => new(ErrorKind.TooLarge, "PAYLOAD_TOO_LARGE", $"A file may have at most {_intake.MaxBytes} bytes, and its fields {FieldsLimit} together.");

    private static IEnumerable<string?> Values(MultipartSection part, string header) => part.Headers!.TryGetValue(header, out var values) ? values : [];

    /// <summary>A parameter without its quotes, which the parser has removed already, and what was escaped in them; another backslash is one of the name.</summary>
    private static string? TextOf(Microsoft.Extensions.Primitives.StringSegment segment) => segment.HasValue
        ? HeaderUtilities.RemoveQuotes(segment).ToString().Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : null;
}
