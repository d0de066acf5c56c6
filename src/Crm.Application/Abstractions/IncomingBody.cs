namespace Crm.Application.Abstractions;

/// <summary>A body that is no JSON, of a type that its route names: read when the use case wants it, once, within the route's limit.</summary>
/// <param name="read">Reads it.</param>
/// <param name="header">The header of that name that came with it.</param>
public sealed class IncomingBody(Func<Task<ReadOnlyMemory<byte>>> read, Func<string, string?> header)
{
    private Task<ReadOnlyMemory<byte>>? _read;

    /// <summary>Its bytes.</summary>
    /// <exception cref="Crm.Domain.Common.CrmException">PAYLOAD_TOO_LARGE.</exception>
    public Task<ReadOnlyMemory<byte>> ReadAsync() => _read ??= read();

    /// <summary>What a header says that came with it; null when it is absent.</summary>
    public string? Header(string name) => header(name);

    /// <summary>Nothing of it, which does not belong into logs.</summary>
    public override string ToString() => "a body";
}
