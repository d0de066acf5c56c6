using System.Security.Cryptography;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Files;

/// <summary>The content of a file, opened where and when it is read.</summary>
/// <param name="ServedType">The media type it is served as; never one that a browser would run.</param>
/// <param name="Open">Gives so many bytes from a byte on.</param>
public sealed record FileContent(string Name, string ServedType, int Size, string Checksum, DateTimeOffset UploadedAt, Func<long, long, CancellationToken, Task<Stream>> Open)
{
    /// <summary>Content that is made for the answer and in memory.</summary>
    public static FileContent Of(string name, string servedType, byte[] bytes, DateTimeOffset at) => new(name, servedType, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), at,
        (offset, length, _) => Task.FromResult<Stream>(new MemoryStream(bytes, (int)offset, (int)length, writable: false)));
}

/// <summary>Downloads a file of a record the caller may see.</summary>
[Requires(Permissions.FilesRead)]
public sealed record GetFileContent(Guid Id) : IQuery<FileContent>;

internal sealed class GetFileContentHandler(RecordReader records, FileResource files, IFileStore store, IRequestContext context) : IQueryHandler<GetFileContent, FileContent>
{
    public async Task<FileContent> Handle(GetFileContent query, CancellationToken ct)
    {
        var file = await records.FindAsync(files, query.Id, new ListRequest(), ct) ?? throw CrmException.NotFound(files.Singular);
        var key = new ContentKey(context.Caller.TenantId, file.Id);
        return new FileContent((string)file["name"]!, MediaTypes.Served((string)file["contentType"]!), (int)file["size"]!, (string)file["checksum"]!,
            new DateTimeOffset((DateTime)file["createdAt"]!), (offset, length, token) => store.OpenAsync(key, offset, length, token));
    }
}
