using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Files;

namespace Crm.Application.Files;

/// <summary>Changes what is stated about a file, or attaches it to another record the caller may change too. Its content stays.</summary>
[Requires(Permissions.FilesWrite)]
public sealed record UpdateFile(Guid Id, Patch<FileDetails> Changes) : ChangesRecord<StoredFile, FileDetails>(Id, Changes);

internal sealed class UpdateFileHandler(IRepository<StoredFile> files, FileResource resource, IRequestContext context) : ICommandHandler<UpdateFile, Guid>
{
    public async Task<Guid> Handle(UpdateFile command, CancellationToken ct)
    {
        var file = await files.GetAsync(command.Id, ct);
        Attachment.EnsureMayChange(context.Caller, resource, file);
        file.Revise(command.Changes.ApplyTo(file.Details));
        Attachment.EnsureMayChange(context.Caller, resource, file);
        return file.Id;
    }
}
