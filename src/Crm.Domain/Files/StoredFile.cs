using Crm.Domain.Common;

namespace Crm.Domain.Files;

/// <summary>A file attached to a record. The content lies in the file store under the record's id and never changes.</summary>
[RecordName("file")]
public sealed class StoredFile : Record<StoredFile, FileDetails>, IAttached
{
    private StoredFile() { }

    /// <summary>The media type its bytes have, such as <c>application/pdf</c>.</summary>
    public string ContentType { get; private set; } = "";

    /// <summary>How many bytes it has, at least 1.</summary>
    public int Size { get; private set; }

    /// <summary>SHA-256 of its content, 64 hexadecimal digits in lower case.</summary>
    public string Checksum { get; private set; } = "";

    /// <inheritdoc/>
    public RecordLink AttachedTo => Details.Links()[0];

    /// <summary>Attaches a file whose content is in the store under this id. Raises <see cref="Created{StoredFile}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, or not exactly one record to attach it to.</exception>
    public static StoredFile Attach(Guid id, FileDetails details, string contentType, int size, string checksum)
    {
        var file = new StoredFile { Id = id, ContentType = contentType, Size = size, Checksum = checksum };
        file.Begin(details);
        return file;
    }

    /// <inheritdoc/>
    protected override void Guard(FileDetails? before, FileDetails after)
    {
        Require.Text(after.Name, "name");
        var links = after.Links();
        if (links.Count == 0) throw CrmException.Validation("$", "must name the record the file is attached to: leadId, dealId, customerId, contactId, companyId, productId, taskId, activityId or documentTemplateId");
        if (links.Count > 1)
            throw CrmException.Validation(links.ToDictionary(l => l.Member, _ => new[] { "a file is attached to one record only" }));
    }
}
