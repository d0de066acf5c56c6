using AutoMapper;
using Crm.Application.Abstractions;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Commerce;

/// <summary>The sums that every document keeps beside its details, as events carry them.</summary>
public sealed record DocumentSums
{
    /// <summary>The tax per category and rate.</summary>
    public ValueList<DocumentTax> Taxes { get; init; } = [];
    /// <summary>Sum of the lines' nets.</summary>
    public Money? LineTotal { get; init; }
    /// <summary>Sum of the document's allowances.</summary>
    public Money? AllowanceTotal { get; init; }
    /// <summary>Sum of the document's charges.</summary>
    public Money? ChargeTotal { get; init; }
    /// <summary>Without tax.</summary>
    public Money? NetTotal { get; init; }
    /// <summary>The tax.</summary>
    public Money? TaxTotal { get; init; }
    /// <summary>With tax.</summary>
    public Money? Total { get; init; }

    internal static DocumentSums Of<TDocument, TDetails>(Document<TDocument, TDetails> document)
        where TDocument : Document<TDocument, TDetails>
        where TDetails : DocumentDetails => new()
        {
            Taxes = document.Taxes, LineTotal = document.LineTotal, AllowanceTotal = document.AllowanceTotal, ChargeTotal = document.ChargeTotal,
            NetTotal = document.NetTotal, TaxTotal = document.TaxTotal, Total = document.Total,
        };
}

/// <summary>The state of a document: its sums stand among its own members.</summary>
public interface IDocumentState
{
    /// <summary>The sums.</summary>
    DocumentSums Sums { get; }
}

/// <summary>Maps a document to its state; the sums of all kinds in one way.</summary>
public abstract class DocumentStateProfile<TDocument, TDetails, TState> : StateProfile<TDocument, TDetails, TState>
    where TDocument : Document<TDocument, TDetails>
    where TDetails : DocumentDetails
    where TState : TDetails, IDocumentState
{
    /// <inheritdoc/>
    protected override void Also(IMappingExpression<TDocument, TState> map) => map.ForMember(nameof(IDocumentState.Sums), o => o.MapFrom(document => DocumentSums.Of(document)));
}
