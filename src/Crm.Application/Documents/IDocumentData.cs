using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>What a document is filled with.</summary>
/// <param name="Variables">The values by the names that GET /document-templates/variables lists.</param>
/// <param name="Qr">What <c>crm:qr</c> says; null = it shows nothing.</param>
public sealed record DocumentContent(IReadOnlyDictionary<string, object?> Variables, string? Qr);

/// <summary>Knows the records that documents of some kinds are made of. Found by the service; a kind of record brings its own.</summary>
public interface IDocumentData
{
    /// <summary>Whether documents of this kind can be about a record of its own.</summary>
    bool Serves(DocumentType type);

    /// <summary>What a document about the record shows, in the language; null when the caller sees no such record.</summary>
    Task<DocumentContent?> FindAsync(DocumentType type, Guid recordId, string language, CancellationToken ct);
}

/// <summary>Finds what documents are filled with.</summary>
public sealed class DocumentSources(IEnumerable<IDocumentData> sources) : ISharedByUseCases
{
    /// <summary>The record's content, or the example where no record is named.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE: <c>recordId</c> is no record of this kind that the caller may see.</exception>
    public async Task<DocumentContent> FindAsync(DocumentType type, Guid? recordId, string language, CancellationToken ct)
    {
        if (recordId is not { } id) return DocumentExamples.Of(type, language);
        foreach (var source in sources.Where(s => s.Serves(type)))
            if (await source.FindAsync(type, id, language, ct) is { } content) return content;
        throw CrmException.Unprocessable("recordId", "refers to no record that such a document can be about");
    }
}
