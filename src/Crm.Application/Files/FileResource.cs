using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Companies;
using Crm.Application.Contacts;
using Crm.Application.Customers;
using Crm.Application.Deals;
using Crm.Application.Documents;
using Crm.Application.Leads;
using Crm.Application.Products;
using Crm.Application.Resources;
using Crm.Application.Work;
using Crm.Domain.Common;
using Crm.Domain.Files;

namespace Crm.Application.Files;

/// <summary>The declaration of files. Their content is uploaded, so making one is a use case of its own: <see cref="UploadFile"/>.</summary>
public sealed class FileResource : Resource<StoredFile, FileDetails>
{
    /// <summary>Declares the members.</summary>
    public FileResource(LeadResource leads, DealResource deals, CustomerResource customers, ContactResource contacts, CompanyResource companies,
        ProductResource products, TaskResource tasks, ActivityResource activities, DocumentTemplateResource documentTemplates) : base("files", "file")
    {
        LimitName = "files";
        AreIndependent = true;
        HasOwnCreation = true;
        Text(x => x.Name).Required().Search().Sort().Says("What it is called; the name it was sent with, unless stated.", "\"Offer 2026.txt\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("More about it.", "\"Signed by both\"");
        ReadOnly("contentType", FieldKind.Text).NotNull().Sort().Says("The media type of its bytes; a claim counts only where they cannot tell.", "\"text/plain\"");
        ReadOnly("size", FieldKind.Integer).NotNull().Sort().Says("In bytes.", "36");
        ReadOnly("checksum", FieldKind.Text).NotNull().Says("SHA-256 in hexadecimal; the ETag of its content.", "\"95739d53515840767d3e0585b2c110322b734b43abfc6de0ab283c0155a4f4e9\"");
        Attach(x => x.LeadId, leads).Says("The lead it is attached to. A file is attached to exactly one record.");
        Attach(x => x.DealId, deals).Says("The deal it is attached to.");
        Attach(x => x.CustomerId, customers).Says("The customer it is attached to.");
        Attach(x => x.ContactId, contacts).Says("The contact it is attached to.");
        Attach(x => x.CompanyId, companies).Says("The company it is attached to.");
        Attach(x => x.ProductId, products).Says("The product it is attached to.");
        Attach(x => x.TaskId, tasks).Says("The task it is attached to.");
        Attach(x => x.ActivityId, activities).Says("The activity it is attached to.");
        Attach(x => x.DocumentTemplateId, documentTemplates).Says("The document template it is attached to, such as its logo.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(FileDetails details) => throw CrmException.Validation("op", "must be update or delete: a file is created by uploading it");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<FileDetails> patch) => new UpdateFile(id, patch);
}

/// <summary>A file's own members, as events carry them.</summary>
public sealed record StoredFileState : FileDetails
{
    /// <summary>The media type of its bytes.</summary>
    public string ContentType { get; init; } = "";
    /// <summary>In bytes.</summary>
    public int Size { get; init; }
    /// <summary>SHA-256 in hexadecimal.</summary>
    public string Checksum { get; init; } = "";
}

internal sealed class FileStateProfile : StateProfile<StoredFile, FileDetails, StoredFileState>;
