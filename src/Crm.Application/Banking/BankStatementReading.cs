using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Resources;
using Crm.Domain.Banking;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Banking;

/// <summary>Reads an uploaded file before any transaction is open.</summary>
public sealed class BankStatementReading(IFileStore store, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>The file that was read; null before.</summary>
    public StatementFile? File { get; private set; }

    /// <summary>The day it is in the organization's zone.</summary>
    public DateOnly Today => TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());

    /// <summary>Reads it.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c> or <c>columns</c>; PAYLOAD_TOO_LARGE; UNAVAILABLE.</exception>
    public async Task<StatementFile> ReadAsync(BankStatementDetails details, TakenContent content, CancellationToken ct)
    {
        if (content.Size > StatementLimits.Bytes) throw BankStatementErrors.TooLarge($"A bank statement may have at most {StatementLimits.Bytes} bytes.");
        using var bytes = new MemoryStream(content.Size);
        await using (var stored = await store.OpenAsync(content.Key, 0, content.Size, ct)) await stored.CopyToAsync(bytes, ct);
        return File = Read(bytes.ToArray(), details, Today);
    }

    /// <summary>A file of either kind, told apart by its first character that is no space.</summary>
    internal static StatementFile Read(byte[] content, BankStatementDetails details, DateOnly today)
    {
        var file = content.FirstOrDefault(b => b is not (0xEF or 0xBB or 0xBF or 0xFE or 0xFF or 0 or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) == '<' ? Camt053Reader.Read(content) : ReadCsv(content, details);
        // A bank in a zone that is ahead of the organization's may book what is tomorrow here.
        var ahead = file.Entries.Index().Where(e => e.Item.BookedOn > today.AddDays(1)).Take(StatementLimits.Complaints).ToList();
        return ahead.Count == 0 ? file : throw BankStatementErrors.Unreadable([.. ahead.Select(e => FormattableString.Invariant($"entry {e.Index + 1}: was booked on {e.Item.BookedOn:O}, which is ahead of today"))]);
    }

    private static StatementFile ReadCsv(byte[] content, BankStatementDetails details)
    {
        var columns = details.Columns;
        if (columns.Count == 0) throw BankStatementErrors.Unreadable("is no XML; to read it as CSV, state columns");
        if (!columns.ContainsKey(BankColumns.BookingDate)) throw CrmException.Validation($"columns.{BankColumns.BookingDate}", "is required for a CSV file");
        var hasSides = columns.ContainsKey(BankColumns.Credit) || columns.ContainsKey(BankColumns.Debit);
        if (columns.ContainsKey(BankColumns.Amount) == hasSides) throw CrmException.Validation($"columns.{BankColumns.Amount}", "is required for a CSV file, unless there are credit and debit instead");
        return BankCsvReader.Read(content, details);
    }
}

/// <summary>What must hold of the form that comes with a file.</summary>
internal static class BankStatementForm
{
    public static void Fits<TRequest>(this AbstractValidator<TRequest> validator, Func<TRequest, BankStatementDetails> form, BankStatementResource statements)
    {
        validator.RuleFor(r => form(r)).Meets(statements);
        validator.RuleFor(r => r).Custom((request, context) =>
        {
            foreach (var column in form(request).Columns.Keys.Where(c => !BankColumns.All.Contains(c)))
                context.AddFailure($"columns.{column}", $"must be one of {string.Join(", ", BankColumns.All)}");
        });
    }
}
